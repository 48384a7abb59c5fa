import { Group, NumberInput, Textarea, TextInput } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import { faultOf } from '../../api/problem';
import { marksIn } from '../../api/secret-marks';
import { useChange } from '../../api/use-change';
import { asExpected, onlyChanged, useDraft } from '../../api/use-draft';
import { useRights } from '../../api/use-viewer';
import { DraftConflict } from '../../parts/conflict/draft-conflict';
import { DraftForm } from '../../parts/draft-form';
import { EngineFields } from '../../parts/engine-fields';
import { draftOf, hasSecrets, settingsOf } from '../../parts/engine-settings';
import { textFields } from '../../parts/text-fields';
import { told } from '../../parts/told';
import { useBot } from './bot-context';

const UPDATE = graphql(`
  mutation UpdateBot($input: UpdateBotInput!) {
    updateBot(input: $input) {
      id
    }
  }
`);

const MIN_SESSION_MINUTES = 1;
const MAX_SESSION_MINUTES = 2160; // as the server takes it: a day and a half

export function BotForm() {
  const bot = useBot();
  const { mayBuild } = useRights();
  const draft = useDraft(`bot ${bot.id}`, {
    name: bot.name,
    description: bot.description ?? '',
    defaultLanguage: bot.defaultLanguage,
    sessionTimeoutMinutes: bot.sessionTimeoutMinutes,
    engine: draftOf(bot.engine, bot.engineSettings),
    engineSettings: bot.engineSettings, // as saved: what the fields of the engine began with
    engineSecrets: marksIn(bot).engineSecrets ?? null, // the same of the credentials
  });
  const { values, set, discard } = draft;
  const update = useChange(UPDATE);
  const { problem } = update;
  const text = textFields(draft, problem);
  const submit = async (seen = draft.seen) => {
    const { engine, engineSettings: _, engineSecrets: ___, ...rest } = values;
    const engineSettings = settingsOf(engine);
    if (engineSettings === null) return; // the field says that it is no JSON
    const settings = engine.engine === 'DIALOG' ? {} : { engineSettings };
    const ofEngine = 'engine' in draft.seen ? { engine: engine.engine, ...settings } : {};
    const { engine: __, engineSecrets, ...plain } = asExpected(seen);
    // Credentials that nobody typed stay, whoever set them.
    const expected = { ...plain, ...(hasSecrets(engine) && { engineSecrets }) };
    const done = await update.run({ input: { id: bot.id, ...onlyChanged(rest, draft), ...ofEngine, expected } });
    if (!done) return;
    discard();
    told('Saved. Engine and session settings act with the next publish.');
  };
  const conflict = problem?.conflict && (
    <DraftConflict
      conflict={problem.conflict}
      draft={draft}
      fieldsOf={{ engineSettings: ['engine'], engineSecrets: ['engine'] }}
      mineOf={(field) =>
        field === 'engineSettings' ? settingsOf(values.engine) : values[field as keyof typeof values]
      }
      save={(seen) => void submit(seen)}
      clear={update.clear}
    />
  );
  return (
    <DraftForm draft={draft} change={update} mayChange={mayBuild} onSubmit={() => submit()} conflict={conflict}>
      <TextInput label="Name" required {...text('name')} />
      <Textarea label="Description" autosize {...text('description')} />
      <Group grow align="start">
        <TextInput label="Default language" description="A code such as en or pt-BR" {...text('defaultLanguage')} />
        <NumberInput
          label="Session timeout"
          description="Minutes of silence that end a session"
          min={MIN_SESSION_MINUTES}
          max={MAX_SESSION_MINUTES}
          allowDecimal={false}
          value={values.sessionTimeoutMinutes}
          error={faultOf(problem, 'sessionTimeoutMinutes')}
          onChange={(value) => set({ sessionTimeoutMinutes: Number(value) })}
        />
      </Group>
      <EngineFields
        draft={values.engine}
        problem={problem}
        saved
        onChange={(engine) =>
          set({ engine, engineSettings: values.engineSettings, engineSecrets: values.engineSecrets })
        }
      />
    </DraftForm>
  );
}
