import { createHash } from 'node:crypto';
import type { Field, FilledForm } from './form-fields.js';
import { Html, html } from './html.js';

export interface FormPage {
  title: string;
  botName: string;
  fields: readonly Field[];
  /** What was sent and cannot be taken as it is. */
  filled?: FilledForm;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2126; --dim: #525960; --paper: #fff; --line: #868e96; --deed: #1f5f9e; --on: #fff; --fault: #b42323; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --dim: #b3b9c0; --paper: #16191d; --line: #868e96; --deed: #8ec2f0; --on: #10151a; --fault: #ff8787; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 34rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1.5rem; }
p { margin: 0 0 1rem; white-space: pre-line; }
a { color: var(--deed); }
.from, .optional { color: var(--dim); }
.from { margin: 0; }
.optional { font-weight: 400; }
.field { margin: 0 0 1.25rem; padding: 0; border: 0; min-width: 0; }
.name { display: block; padding: 0; font-weight: 600; margin-bottom: .25rem; }
.choice { display: flex; gap: .625rem; align-items: center; min-height: 2.75rem; }
.choice input { width: 1.25rem; height: 1.25rem; flex: none; margin: 0; accent-color: var(--deed); }
.box { width: 100%; min-height: 2.75rem; padding: .5rem .625rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .375rem; }
.box::placeholder { color: var(--dim); opacity: 1; }
.box[aria-invalid=true] { border: 2px solid var(--fault); }
.fault { display: block; color: var(--fault); margin: 0 0 .25rem; }
.faults { border: 2px solid var(--fault); border-radius: .375rem; padding: 1rem; margin: 0 0 1.5rem; }
.faults p { margin: 0; font-weight: 600; }
.faults ul { margin: .5rem 0 0; padding-left: 1.25rem; }
button { min-height: 2.75rem; padding: .5rem 1.5rem; font: inherit; font-weight: 600; color: var(--on); background: var(--deed); border: 0; border-radius: .375rem; }
:focus-visible { outline: 3px solid var(--deed); outline-offset: 2px; }
`;

/** Nothing runs, nothing is loaded, nobody frames it. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The address is a secret: it goes into no cache, no index and no other site's log. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': POLICY,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
};

/** The page of a form. It is sent to its own address. */
export function formPage({ title, botName, fields, filled }: FormPage): string {
  const faulty = fields.filter(({ name }) => filled?.faults.has(name));
  const send = fields.find(({ control }) => control === 'button')?.label || 'Send';
  return page(
    faulty.length > 0 ? `Error: ${title}` : title,
    html`<p class="from">${botName}</p><h1>${title}</h1>
${faulty.length > 0 && faultList(faulty)}
<form method="post">
${fields.filter(({ control }) => control !== 'button').map((field) => block(field, idOf(fields, field), filled))}
<button type="submit">${send}</button>
</form>`,
  );

  function faultList(all: readonly Field[]): Html {
    const links = all.map((field) => html`<li><a href="#${idOf(fields, field)}">${field.label}</a></li>`);
    return html`<div class="faults" role="alert"><p>Something is missing or needs a change:</p><ul>${links}</ul></div>`;
  }
}

/** What the bot said last; addresses in it can be followed. */
export function thanksPage(botName: string, texts: readonly string[]): string {
  const said = texts.map((text) => html`<p>${linked(text)}</p>`);
  return page(
    'Thank you',
    html`<p class="from">${botName}</p><h1>Thank you</h1><p>Your answers have been sent.${
      texts.length === 0 && ' You can close this page and go back to the conversation.'
    }</p>${said}`,
  );
}

/** A page that says one thing. */
export const noticePage = (title: string, text: string): string => page(title, html`<h1>${title}</h1><p>${text}</p>`);

/** Names of fields are the bot's; ids are ours. */
const idOf = (fields: readonly Field[], field: Field): string => `field-${fields.indexOf(field) + 1}`;

function block(field: Field, id: string, filled: FilledForm | undefined): Html {
  const { control, label, name, required, options } = field;
  const values = filled?.values.get(name) ?? [];
  const fault = filled?.faults.get(name);
  const said = fault !== undefined && html`<span class="fault" id="${id}-fault">${fault}</span>`;
  const state = html`${fault !== undefined && html` aria-invalid="true" aria-describedby="${id}-fault"`}`;
  const title = html`${label}${!required && html` <span class="optional">(optional)</span>`}`;
  const needed = required && html` required`;
  switch (control) {
    case 'note':
    case 'button':
      return html`<p>${label}</p>\n`;
    case 'several':
    case 'one': {
      const type = control === 'one' ? 'radio' : 'checkbox';
      const choices = options.map(
        (option, index) =>
          html`<label class="choice"><input type="${type}" name="${name}" value="${option.value}"${
            index === 0 && html` id="${id}"`
          }${control === 'one' && needed}${values.includes(option.value) && html` checked`}>${option.title}</label>`,
      );
      return html`<fieldset class="field"${fault !== undefined && html` aria-describedby="${id}-fault"`}><legend class="name">${title}</legend>${said}${choices}</fieldset>\n`;
    }
    case 'switch':
      return html`<div class="field">${said}<label class="choice"><input type="checkbox" id="${id}" name="${name}" value="true"${state}${needed}${
        values.length > 0 && html` checked`
      }><span>${title}</span></label></div>\n`;
    case 'line':
    case 'lines':
    case 'one-of-list':
      return html`<div class="field"><label class="name" for="${id}">${title}</label>${said}${box(field, values, html` class="box" id="${id}" name="${name}"${state}${needed}`)}</div>\n`;
  }
}

function box({ control, type, options, placeholder }: Field, values: readonly string[], attributes: Html): Html {
  const [value = ''] = values;
  const hint = placeholder !== '' && html` placeholder="${placeholder}"`;
  if (control === 'lines') return html`<textarea rows="4"${attributes}${hint}>\n${value}</textarea>`;
  if (control === 'line')
    return html`<input${INPUT[type] ?? html` type="text"`}${attributes}${hint} value="${type === 'password' ? '' : value}">`;
  const choices = options.map(
    (option) =>
      html`<option value="${option.value}"${option.value === value && html` selected`}>${option.title}</option>`,
  );
  return html`<select${attributes}><option value="">${placeholder || 'Choose…'}</option>${choices}</select>`;
}

const INPUT: Partial<Record<string, Html>> = {
  number: html` type="number" step="any"`,
  rangeSlider: html` type="number" step="any"`,
  date: html` type="date"`,
  email: html` type="email" autocomplete="email"`,
  phoneNumber: html` type="tel" autocomplete="tel"`,
  url: html` type="url"`,
  password: html` type="password" autocomplete="off"`,
};

/** Nothing but http and https ever becomes a link. */
const linked = (text: string): Html[] =>
  text
    .split(/(https?:\/\/\S+)/)
    .map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`));

function page(title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${new Html(STYLE)}</style></head>
<body><main>
${content}
</main></body>
</html>
`.markup;
}
