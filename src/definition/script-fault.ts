import { compileFunction } from 'node:vm';

/** What is wrong with a script and where, or null when it parses. It is not run. `{{…}}` is filled in first: it stands for a value. */
export function scriptFault(script: string): string | null {
  const fault = faultOf(script);
  if (fault === null || !script.includes('{{')) return fault;
  return faultOf(script.replace(/\{\{[^{};\n]*\}\}/g, (braces) => 'null'.padEnd(braces.length)));
}

function faultOf(script: string): string | null {
  if (script.trim() === '') return null;
  try {
    compileFunction(script, [], { filename: FILE });
    return null;
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    // The stack begins with the place: file and line, the line itself, and a mark below the column.
    const [place = '', , mark = ''] = (error.stack ?? '').split('\n');
    const line = place.startsWith(`${FILE}:`) ? place.slice(FILE.length + 1) : null;
    return line === null ? error.message : `${error.message} at line ${line}, column ${mark.indexOf('^') + 1}`;
  }
}

const FILE = 'script.js';
