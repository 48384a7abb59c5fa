import { Checkbox, Textarea } from '@mantine/core';
import { faultOf } from '../../api/problem';
import { textFields } from '../../parts/text-fields';
import type { DeliveryPartProps } from './delivery-auth';

/** The certificate the client shows, and whom it trusts besides the usual authorities. */
export function DeliveryCertificates({ values, saved, set, problem }: DeliveryPartProps) {
  const text = textFields({ values, set }, null);
  return (
    <>
      <Textarea
        label="Client certificate"
        description={`PEM, those that vouch for it behind it.${saved.hasClientCertificate ? ' One is saved; leave it empty to keep that.' : ''}`}
        rows={3}
        disabled={values.withoutCertificate}
        {...text('certificate')}
        error={faultOf(problem, 'settings.clientCertificate.certificate')}
      />
      <Textarea
        label="Private key of the client certificate"
        description="PEM, without a passphrase"
        rows={3}
        autoComplete="off"
        disabled={values.withoutCertificate}
        {...text('privateKey')}
        error={faultOf(problem, 'settings.clientCertificate.privateKey')}
      />
      {saved.hasClientCertificate && (
        <Checkbox
          label="Take the saved client certificate away"
          checked={values.withoutCertificate}
          onChange={(event) =>
            set({ withoutCertificate: event.currentTarget.checked, certificate: '', privateKey: '' })
          }
        />
      )}
      <Textarea
        label="Private authorities"
        description={`PEM of the certificates that the receiver's is trusted by.${saved.hasCertificateAuthority ? ' Some are saved; leave it empty to keep them.' : ''}`}
        rows={3}
        disabled={values.withoutAuthority}
        {...text('certificateAuthority')}
        error={faultOf(problem, 'settings.certificateAuthority')}
      />
      {saved.hasCertificateAuthority && (
        <Checkbox
          label="Take the saved authorities away"
          checked={values.withoutAuthority}
          onChange={(event) => set({ withoutAuthority: event.currentTarget.checked, certificateAuthority: '' })}
        />
      )}
    </>
  );
}
