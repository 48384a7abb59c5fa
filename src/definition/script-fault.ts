import { compileFunction } from 'node:vm';

/** What is wrong with a script, and where; the place is null where the parser names none. */
export interface ScriptFault {
  message: string;
  line: number | null;
  column: number | null;
}

/** The fault of a script as a text, with its place, or null when it parses. */
export function scriptFault(script: string): string | null {
  const fault = faultOfScript(script);
  if (fault === null || fault.line === null) return fault?.message ?? null;
  return `${fault.message} at line ${fault.line}, column ${fault.column}`;
}

/** The fault of a script, or null when it parses. It is not run. `{{…}}` is filled in first: it stands for a value. */
export function faultOfScript(script: string): ScriptFault | null {
  const fault = faultOf(script);
  if (fault === null || !script.includes('{{')) return fault;
  return faultOf(script.replace(/\{\{[^{};\n]*\}\}/g, (braces) => 'null'.padEnd(braces.length)));
}

function faultOf(script: string): ScriptFault | null {
  if (script.trim() === '') return null;
  try {
    compileFunction(script, [], { filename: FILE });
    return null;
  } catch (error) {
    if (!(error instanceof Error)) return { message: String(error), line: null, column: null };
    // The stack begins with the place: file and line, the line itself, and a mark below the column.
    const [place = '', , mark = ''] = (error.stack ?? '').split('\n');
    const line = place.startsWith(`${FILE}:`) ? Number(place.slice(FILE.length + 1)) : null;
    return { message: error.message, line, column: line === null ? null : mark.indexOf('^') + 1 };
  }
}

const FILE = 'script.js';
