import type { DeliverySettings } from '../../../store/tables/channels.js';
import type { CallbackAuthKind } from '../../../vocabulary.js';
import { authKindOf } from './auth.js';
import { DEFAULT_SETTINGS } from './delivery.js';

/** Delivery settings as they are shown: what is secret only by name, or by whether it is there. */
export interface ShownDelivery
  extends Omit<DeliverySettings, 'auth' | 'clientCertificateEndsAt' | 'certificateAuthorityEndsAt'> {
  auth: CallbackAuthKind;
  hasClientCertificate: boolean;
  hasCertificateAuthority: boolean;
}

/** `stored`: null stands for the defaults. */
export function shownDelivery(stored: DeliverySettings | null, hasAccessToken: boolean): ShownDelivery {
  const { auth, clientCertificateEndsAt, certificateAuthorityEndsAt, ...settings } = stored ?? DEFAULT_SETTINGS;
  return {
    ...settings,
    auth: authKindOf(auth, hasAccessToken),
    hasClientCertificate: clientCertificateEndsAt !== null,
    hasCertificateAuthority: certificateAuthorityEndsAt !== null,
  };
}
