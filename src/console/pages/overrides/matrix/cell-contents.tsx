import { type Column, type Contents, inShort, type MatrixMessage, problemsOf } from './columns';
import classes from './matrix.module.css';

interface CellContentsProps {
  message: MatrixMessage;
  column: Column;
  contents: Contents;
}

/** What stands in a cell, below what is wrong with it. */
export function CellContents({ message, column, contents }: CellContentsProps) {
  const [worst] = problemsOf(message, column).toSorted((a, b) => (a.severity < b.severity ? -1 : 1));
  if (!worst) return <span className={classes.clamp}>{inShort(contents)}</span>;
  const word = worst.severity === 'ERROR' ? 'Error' : 'Warning';
  return (
    <>
      <span className={`${classes.line} ${worst.severity === 'ERROR' ? classes.error : ''}`} title={worst.text}>
        {word}: {worst.text}
      </span>
      <span className={classes.line}>{inShort(contents)}</span>
    </>
  );
}
