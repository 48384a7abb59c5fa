import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.js';
import { checkUrl, createPolicy, judgeUrl, mayCall } from '../../src/outbound/guard.js';
import { MALICIOUS } from './malicious-urls.js';

const strict = createPolicy({ allowHttp: false, allowCidrs: [] });
const plain = createPolicy({ allowHttp: true, allowCidrs: [] });
const everything = createPolicy({ allowHttp: true, allowCidrs: ['0.0.0.0/0', '::/0'] });

function refusal(url: string, policy = strict): AppError {
  try {
    checkUrl(url, policy, 'postUrl');
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`${url} was not refused`);
}

describe('a URL that is saved', () => {
  it('is refused in every spelling of an inside address, with user info, or with another scheme', () => {
    expect(new Set(MALICIOUS).size).toBeGreaterThan(300);
    expect(MALICIOUS.filter((url) => 'url' in judgeUrl(url.replaceAll('PORT', '8080'), plain))).toEqual([]);
  });

  it.each([
    'https://example.com/hook?x=1#top',
    'https://example.com:8443/hook',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
    'https://bücher.example/',
    'https://localhost.example.com/',
    'https://127.0.0.1.example.com/',
    'https://local.example.com/',
    'https://internal-hooks.example.com./',
    'https://with_underscore.example.com/',
    'https://example.com/@who?mail=a@b',
    'https://example.com:65535/',
    'https://172.32.0.1/',
    'https://100.128.0.1/',
    'https://[64:ff9b::8.8.8.8]/',
  ])('is taken when it is public: %s', (url) => {
    expect(checkUrl(url, strict).href).toMatch(/^https:/);
  });

  it('is given back with its host in punycode', () => {
    expect(checkUrl('https://bücher.example/', strict).hostname).toBe('xn--bcher-kva.example');
  });

  it('may be plain http only where the operator allows it', () => {
    expect(refusal('http://example.com/').message).toContain('OUTBOUND_ALLOW_HTTP');
    expect(checkUrl('http://example.com/', plain).protocol).toBe('http:');
  });

  it('is refused as BAD_USER_INPUT that names the field and says what to do', () => {
    const error = refusal('https://10.0.0.1/');
    expect(error.code).toBe('BAD_USER_INPUT');
    expect(error.details).toEqual({ field: 'postUrl', reason: 'BLOCKED_ADDRESS' });
    expect(error.message).toContain('OUTBOUND_ALLOW_CIDRS');
  });

  it('gets the same text for every refused address', () => {
    const texts = ['https://10.0.0.1/', 'https://127.0.0.1/', 'https://169.254.169.254/', 'https://[fe80::1]/'];
    expect(new Set(texts.map((url) => refusal(url).message)).size).toBe(1);
  });

  it('is judged without an exception, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.domain()), (text) => {
        const verdict = judgeUrl(text, strict);
        return 'url' in verdict ? verdict.url.protocol === 'https:' : verdict.message !== '';
      }),
    );
  });
});

describe('an IPv4 address', () => {
  const octet = fc.nat(255);
  const inside = fc.oneof(
    fc.tuple(fc.constantFrom(0, 10, 127, 224, 240, 255), octet, octet, octet),
    fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
    fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
  );
  const number = (parts: number[]) => parts.reduce((sum, part) => sum * 256 + part, 0);
  const spellings: ((parts: number[]) => string)[] = [
    (parts) => parts.join('.'),
    (parts) => String(number(parts)),
    (parts) => `0x${number(parts).toString(16)}`,
    (parts) => `0${number(parts).toString(8)}`,
    (parts) => parts.map((part) => `0x${part.toString(16)}`).join('.'),
    (parts) => parts.map((part) => `0${part.toString(8)}`).join('.'),
    (parts) => `${parts[0]}.${number(parts.slice(1))}`,
    (parts) => `[::ffff:${parts.join('.')}]`,
    (parts) => `[64:ff9b::${parts.join('.')}]`,
    (parts) => `[::${parts.join('.')}]`,
  ];

  it('of the inside is refused in any spelling', () => {
    fc.assert(
      fc.property(inside, fc.constantFrom(...spellings), (parts, spell) => {
        expect(judgeUrl(`https://${spell(parts)}/`, strict)).toHaveProperty('refused', 'BLOCKED_ADDRESS');
      }),
    );
  });

  it('is judged inside an IPv6 address as it is by itself', () => {
    fc.assert(
      fc.property(fc.tuple(octet, octet, octet, octet), (parts) => {
        const address = parts.join('.');
        expect(mayCall(`::ffff:${address}`, strict)).toBe(mayCall(address, strict));
        expect(mayCall(`64:ff9b::${address}`, strict)).toBe(mayCall(address, strict));
      }),
    );
  });
});

describe('what the operator opens', () => {
  it('may be called, in every spelling, and nothing beside it', () => {
    const policy = createPolicy({ allowHttp: true, allowCidrs: ['127.0.0.0/8', '10.1.0.0/16', 'fd12::/16', '::1'] });
    for (const host of ['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]', '10.1.2.3', '[fd12::1]', '[::1]']) {
      expect(judgeUrl(`http://${host}/`, policy)).toHaveProperty('url');
    }
    for (const host of ['10.2.0.1', '192.168.0.1', '[fd13::1]', '[::2]']) {
      expect(judgeUrl(`http://${host}/`, policy)).toHaveProperty('refused', 'BLOCKED_ADDRESS');
    }
  });

  it('opens localhost with either of its addresses', () => {
    for (const allowCidrs of [['127.0.0.0/8'], ['::1/128']]) {
      expect(judgeUrl('http://localhost:80/', createPolicy({ allowHttp: true, allowCidrs }))).toHaveProperty('url');
    }
  });

  it.each([
    '169.254.169.254',
    '::ffff:169.254.169.254',
    '64:ff9b::169.254.169.254',
    '168.63.129.16',
    '100.100.100.200',
    '192.0.0.192',
    'fe80::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'fd20:ce::254',
    'fd00:c1::a9fe:a9fe',
    'fd00:42::42',
    '::169.254.169.254',
    '2002:a9fe:a9fe::1',
    '64:ff9b:1::a9fe:a9fe',
  ])('never opens the metadata and link-local address %s', (address) => {
    expect(mayCall('10.0.0.1', everything)).toBe(true);
    expect(mayCall(address, everything)).toBe(false);
  });

  it('opens the names of inner networks, which are judged when they resolve', () => {
    const policy = createPolicy({ allowHttp: true, allowCidrs: ['10.1.0.0/16'] });
    for (const host of ['redis', 'bot.internal', 'bot.default.svc.cluster.local'])
      expect(judgeUrl(`http://${host}:8080/`, policy)).toHaveProperty('url');
    expect(judgeUrl('http://localhost:8080/', policy)).toHaveProperty('refused', 'BLOCKED_ADDRESS');
  });

  it('must be a range, and the entry that is none is named', () => {
    expect(() => createPolicy({ allowHttp: false, allowCidrs: ['10.0.0.0/8', '10.0.0.0/33'] })).toThrow('10.0.0.0/33');
    expect(() => createPolicy({ allowHttp: false, allowCidrs: ['inside'] })).toThrow('inside');
  });
});

describe("the server's own addresses", () => {
  const deny = ['8.8.8.8', '2606:4700::/32', 'db.example.com'];

  it('are refused even where they are public', () => {
    const policy = createPolicy({ allowHttp: false, allowCidrs: [], deny });
    for (const host of ['8.8.8.8', '[2606:4700::1]', 'db.example.com', 'DB.example.com.']) {
      expect(judgeUrl(`https://${host}/`, policy)).toHaveProperty('refused', 'BLOCKED_ADDRESS');
    }
    expect(judgeUrl('https://8.8.4.4/', policy)).toHaveProperty('url');
  });

  it('may be opened like any other range', () => {
    const policy = createPolicy({ allowHttp: false, allowCidrs: ['8.8.8.0/24'], deny });
    expect(judgeUrl('https://8.8.8.8/', policy)).toHaveProperty('url');
  });
});
