import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take or wait longest, longest first: the last of them, begun late, would have a core to itself. */
const LONGEST = [
  'torture/torture',
  'torture/postgres-faults',
  'setup/prepare',
  'server/start',
  'store/postgres-away',
  'domain/publish',
  'engines/dialog/sandbox',
];

/** Begins with the long files also where no earlier run says which those are. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.includes(`/test/${name}.`));
      return found === -1 ? LONGEST.length : found;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
