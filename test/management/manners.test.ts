import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/app.js';
import { botFile, configFile, createScript, FUNCTIONS, type Script, settled } from './platform.js';

// What the HTTP clients of known deployment scripts put on the wire, byte by byte: their runtimes need not be there.

let app: TestApp;
let script: Script;
beforeAll(async () => {
  app = await startTestApp();
  script = await createScript(app);
});
afterAll(() => app.remove());

interface Sent {
  method?: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Buffer;
  /** Sends the body only when the server says that it may come, as .NET and curl do. */
  expects?: true;
  /** Sends the body in pieces of this many bytes. */
  chunks?: number;
}

/** Sends a request over a socket of its own and gives status and JSON. */
function send({ method = 'POST', path, headers, body = '', expects, chunks }: Sent) {
  const bytes = Buffer.from(body);
  const { hostname, port, host } = new URL(app.url);
  const length = chunks ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': String(bytes.length) };
  const all = {
    Host: host,
    ...(Object.keys(headers).some((name) => /^auth/i.test(name)) ? {} : { auth: script.token() }),
    ...headers,
    ...(method === 'GET' ? {} : length),
    ...(expects && { Expect: '100-continue' }),
    Connection: 'close',
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const writeBody = () => {
      if (!chunks) return void socket.write(bytes);
      for (let at = 0; at < bytes.length; at += chunks) {
        const piece = bytes.subarray(at, at + chunks);
        socket.write(`${piece.length.toString(16)}\r\n`);
        socket.write(piece);
        socket.write('\r\n');
      }
      socket.write('0\r\n\r\n');
    };
    let answer = '';
    socket.setEncoding('utf8');
    socket.write(`${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n`);
    if (!expects) writeBody();
    socket.on('data', (text: unknown) => {
      answer += String(text);
      if (!expects || !answer.startsWith('HTTP/1.1 100 Continue\r\n\r\n')) return;
      answer = answer.slice('HTTP/1.1 100 Continue\r\n\r\n'.length);
      writeBody();
    });
    socket.on('error', reject);
    socket.on('end', () => {
      const [top = '', ...rest] = answer.split('\r\n\r\n');
      const json = /\{[\s\S]*\}/.exec(rest.join('\r\n\r\n'))?.[0] ?? '{}';
      resolve({ status: Number(top.split(' ')[1]), body: JSON.parse(json) });
    });
  });
}

interface Part {
  /** Its headers, as they are sent. */
  head: string;
  content: string | Buffer;
}

function formOf(boundary: string, parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(({ head, content }) => [
    Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

const UPLOAD = '/api/public/uploadfile';
const JAVA = { 'User-Agent': 'Java/1.8.0_292', Accept: 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2' };
const OKHTTP = { 'User-Agent': 'okhttp/4.9.0', 'Accept-Encoding': 'gzip' };
const POWERSHELL_5 = {
  'User-Agent': 'Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1237',
};
const POWERSHELL_7 = {
  'User-Agent': 'Mozilla/5.0 (Windows NT 10.0; Microsoft Windows 10.0.19045; en-US) PowerShell/7.4.1',
};
const JENKINS = {
  'User-Agent': 'Apache-HttpClient/4.5.13 (Java/11.0.20)',
  Accept: '*/*',
  'Accept-Encoding': 'gzip,deflate',
};
const CURL = { 'User-Agent': 'curl/8.5.0', Accept: '*/*' };

const named = (name: string, more = '') => `Content-Disposition: form-data; name="${name}"${more}`;
const field = (name: string, content: string) => ({ head: named(name), content });

/** How each uploads the file of a bot. */
const UPLOADS: [client: string, send: (content: string) => Sent][] = [
  [
    'Java, HttpURLConnection with a boundary of its own, chunked',
    (content) => ({
      path: UPLOAD,
      headers: { ...JAVA, 'Content-Type': 'multipart/form-data; boundary====1637050000000===' },
      chunks: 4096,
      body: formOf('===1637050000000===', [
        { head: `${named('fileContext')}\r\nContent-Type: text/plain; charset=UTF-8`, content: 'bulkImport' },
        { head: `${named('fileExtension')}\r\nContent-Type: text/plain; charset=UTF-8`, content: 'json' },
        {
          head: `${named('file', '; filename="botDefinition.json"')}\r\nContent-Type: application/json\r\nContent-Transfer-Encoding: binary`,
          content,
        },
      ]),
    }),
  ],
  [
    'Java, HttpURLConnection with stars around',
    (content) => ({
      path: UPLOAD,
      headers: { ...JAVA, 'Content-Type': 'multipart/form-data;boundary=*****' },
      body: formOf('*****', [
        field('fileContext', 'bulkImport'),
        field('fileExtension', 'json'),
        { head: named('file', ';filename="C:\\bots\\botDefinition.json"'), content },
      ]),
    }),
  ],
  [
    'OkHttp, with the length of each part',
    (content) => ({
      path: UPLOAD,
      headers: { ...OKHTTP, 'Content-Type': 'multipart/form-data; boundary=5b5c1b36-6a0e-4b7a-8c39-0a2e1f6f2f5d' },
      body: formOf('5b5c1b36-6a0e-4b7a-8c39-0a2e1f6f2f5d', [
        {
          head: `${named('file', '; filename="botDefinition.json"')}\r\nContent-Type: application/octet-stream\r\nContent-Length: ${Buffer.byteLength(content)}`,
          content,
        },
        { head: `${named('fileContext')}\r\nContent-Length: 10`, content: 'bulkImport' },
        { head: `${named('fileExtension')}\r\nContent-Length: 4`, content: 'json' },
      ]),
    }),
  ],
  [
    'PowerShell 5, a form by hand, a file with a byte order mark, after 100-continue',
    (content) => ({
      path: UPLOAD,
      expects: true,
      headers: { ...POWERSHELL_5, 'Content-Type': 'multipart/form-data; boundary="b2f0c5a1"' },
      body: formOf('b2f0c5a1', [
        {
          head: `${named('file', '; filename="botDefinition.json"')}\r\nContent-Type: application/octet-stream`,
          content: `\uFEFF${content}`,
        },
        { head: `${named('fileContext')}\r\nContent-Type: application/octet-stream`, content: 'bulkImport' },
        { head: `${named('fileExtension')}\r\nContent-Type: application/octet-stream`, content: 'json' },
      ]),
    }),
  ],
  [
    'PowerShell 7, -Form: names without quotation marks, the file name twice',
    (content) => ({
      path: UPLOAD,
      headers: {
        ...POWERSHELL_7,
        'Content-Type': 'multipart/form-data; boundary="3a1b0c52-91d4-4f2e-a7a8-5b7d3f6f1a11"',
      },
      body: formOf('3a1b0c52-91d4-4f2e-a7a8-5b7d3f6f1a11', [
        {
          head: 'Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=fileContext',
          content: 'bulkImport',
        },
        {
          head: 'Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=fileExtension',
          content: 'json',
        },
        {
          head: "Content-Type: application/octet-stream\r\nContent-Disposition: form-data; name=file; filename=botDefinition.json; filename*=utf-8''botDefinition.json",
          content,
        },
      ]),
    }),
  ],
  [
    'PowerShell 5, a file as Out-File writes it: UTF-16',
    (content) => ({
      path: UPLOAD,
      headers: { ...POWERSHELL_5, 'Content-Type': 'multipart/form-data; boundary=utf16' },
      body: formOf('utf16', [
        field('fileContext', 'bulkImport'),
        field('fileExtension', 'json'),
        {
          head: named('file', '; filename="botDefinition.json"'),
          content: Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(content, 'utf16le')]),
        },
      ]),
    }),
  ],
  [
    'Jenkins, with the transfer encoding of each part',
    (content) => ({
      path: UPLOAD,
      headers: { ...JENKINS, 'Content-Type': 'multipart/form-data; boundary=KG3sqHX2Mc_rTcW; charset=ISO-8859-1' },
      body: formOf('KG3sqHX2Mc_rTcW', [
        {
          head: `${named('fileContext')}\r\nContent-Type: text/plain; charset=ISO-8859-1\r\nContent-Transfer-Encoding: 8bit`,
          content: 'bulkImport',
        },
        {
          head: `${named('fileExtension')}\r\nContent-Type: text/plain; charset=ISO-8859-1\r\nContent-Transfer-Encoding: 8bit`,
          content: 'json',
        },
        {
          head: `${named('file', '; filename="botDefinition.json"')}\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary`,
          content,
        },
      ]),
    }),
  ],
  [
    'curl, after 100-continue, without the extension',
    (content) => ({
      path: `${UPLOAD}/`,
      expects: true,
      headers: { ...CURL, 'Content-Type': 'multipart/form-data; boundary=------------------------d74496d66958873e' },
      body: formOf('------------------------d74496d66958873e', [
        {
          head: `${named('file', '; filename="botDefinition.json"')}\r\nContent-Type: application/octet-stream`,
          content,
        },
        field('fileContext', 'bulkImport'),
      ]),
    }),
  ],
];

describe('a file is taken from', () => {
  it.each(UPLOADS)('%s', async (client, upload) => {
    const name = `Bot of ${client}`;
    const { status, body } = await send(upload(botFile(name)));
    expect({ status, body }).toEqual({
      status: 200,
      body: { fileId: expect.stringMatching(/^[0-9a-f]{24}$/), hash: expect.stringMatching(/^[0-9a-f]{40}/) },
    });
    const files = {
      botDefinition: body.fileId,
      configInfo: await script.upload(configFile(name), 'config.json'),
      icon: await script.upload('x', 'icon.png'),
    };
    const started = await script.call('POST', '/api/public/bot/import', files);
    const done = await settled(script, `/api/public/bot/import/status/${started.body._id}`);
    expect(done.body).toMatchObject({ status: 'success', streamId: expect.stringMatching(/^st-/) });
  });
});

/** How each sends the fields of an import. */
type Fields = Record<string, unknown>;
const IMPORTS: [client: string, send: (fields: Fields) => Omit<Sent, 'path'>][] = [
  [
    'Java, a content type without a name for its charset',
    (fields) => ({ headers: { ...JAVA, 'Content-Type': 'application/json; utf-8' }, body: JSON.stringify(fields) }),
  ],
  [
    'OkHttp, chunked',
    (fields) => ({
      headers: { ...OKHTTP, 'Content-Type': 'application/json; charset=utf-8' },
      body: JSON.stringify(fields),
      chunks: 7,
    }),
  ],
  [
    'PowerShell 5, a table as -Body, after 100-continue',
    (fields) => ({
      headers: { ...POWERSHELL_5, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields as Record<string, string>).toString(),
      expects: true,
    }),
  ],
  [
    'PowerShell 7, ConvertTo-Json: a list of one is its only item, what lies deep is text',
    (fields) => ({
      headers: { ...POWERSHELL_7, 'Content-Type': 'application/json' },
      body: JSON.stringify(
        { ...fields, importOptions: { tasks: 'botTask', options: '@{utterances=; patterns=}' } },
        null,
        2,
      ).replaceAll('\n', '\r\n'),
    }),
  ],
  [
    'PowerShell 5, JSON with a byte order mark',
    (fields) => ({
      headers: { ...POWERSHELL_5, 'Content-Type': 'application/json' },
      body: `\uFEFF${JSON.stringify(fields)}`,
    }),
  ],
  [
    'Gradle and Jenkins, JSON in a charset of its own name',
    (fields) => ({
      headers: { ...JENKINS, 'Content-Type': 'application/json; charset=ISO-8859-1' },
      body: JSON.stringify(fields),
    }),
  ],
  [
    'curl -d, JSON that is called a form',
    (fields) => ({
      headers: { ...CURL, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: JSON.stringify(fields),
    }),
  ],
  ['a client that gives no content type', (fields) => ({ headers: {}, body: JSON.stringify(fields) })],
];

describe('an import is taken from', () => {
  it.each(IMPORTS)('%s', async (client, request) => {
    const fields = {
      botDefinition: await script.upload(botFile(client), 'botDefinition.json'),
      configInfo: await script.upload(configFile(client), 'config.json'),
      icon: await script.upload('x', 'icon.png'),
      botFunctions: await script.upload(FUNCTIONS, 'botFunctions.js'),
    };
    const started = await send({ path: '/api/public/bot/import', ...request(fields) });
    expect(started).toMatchObject({ status: 200, body: { status: 'pending', requestType: 'Botimport' } });
    const done = await settled(script, `/api/public/bot/import/status/${String(started.body._id)}`);
    expect(done.body).toMatchObject({ status: 'success', streamId: expect.stringMatching(/^st-/) });
  });
});

describe('addresses and headers', () => {
  it('are taken as scripts write them: `Auth`, a Bearer token, a slash at the end', async () => {
    const path = '/api/public/bots?offset=0&limit=1';
    const ways: Partial<Sent>[] = [
      { headers: { Auth: script.token() } },
      { headers: { Authorization: `Bearer ${script.token()}` } },
      { headers: { ...JAVA, 'Content-Type': 'application/json' } },
      { headers: {}, path: '/api/public/bots/?offset=0&limit=1' },
    ];
    for (const way of ways) {
      expect(await send({ method: 'GET', path, headers: {}, ...way })).toMatchObject({ status: 200 });
    }
  });
});
