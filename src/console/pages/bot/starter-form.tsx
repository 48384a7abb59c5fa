import { PlusIcon } from '@heroicons/react/24/outline';
import { Button, Fieldset, Group, Paper, Stack, TagsInput, Textarea, TextInput, Title } from '@mantine/core';
import { graphql } from '../../api/.generated/gql';
import type { BotStarterQuery } from '../../api/.generated/graphql';
import { faultOf, type Problem } from '../../api/problem';
import { useChange } from '../../api/use-change';
import { useDraft } from '../../api/use-draft';
import { useRights } from '../../api/use-viewer';
import { DraftForm } from '../../parts/draft-form';
import { told } from '../../parts/told';

const SET = graphql(`
  mutation SetBotStarter($botId: ID!, $starter: BotStarterInput!) {
    setBotStarter(botId: $botId, starter: $starter) {
      id
    }
  }
`);

type Starter = NonNullable<NonNullable<BotStarterQuery['bot']>['starter']>;
type Message = NonNullable<Starter['welcome']>;
type Answer = Omit<Starter['answers'][number], 'id'> & { id: string | null };

const BLANK: Message = { text: '', buttons: [] };
const BLANK_ANSWER: Answer = { id: null, question: '', alternatives: [], answer: BLANK };

export function StarterForm({ botId, starter }: { botId: string; starter: Starter }) {
  const { mayBuild } = useRights();
  const saved: { welcome: Message; fallback: Message; answers: Answer[] } = {
    welcome: starter.welcome ?? BLANK,
    fallback: starter.fallback ?? BLANK,
    answers: starter.answers.length > 0 ? starter.answers : [BLANK_ANSWER],
  };
  const draft = useDraft(`starter ${botId}`, saved);
  const { values, set, discard } = draft;
  const change = useChange(SET);
  const { problem } = change;
  const setAnswer = (index: number, changed: Partial<Answer>) =>
    set({ answers: values.answers.map((one, at) => (at === index ? { ...one, ...changed } : one)) });
  const submit = async () => {
    const answers = values.answers.filter(
      ({ question, answer }) => question.trim() !== '' || answer.text.trim() !== '',
    );
    if (!(await change.run({ botId, starter: { ...values, answers } }))) return;
    discard();
    told('Saved. Its users hear it once the bot is published.');
  };
  return (
    <DraftForm draft={draft} change={change} mayChange={mayBuild} onSubmit={submit} aria-label="What the bot says">
      <MessageFields
        label="Welcome"
        description="To whoever opens the conversation, and to a greeting"
        message={values.welcome}
        problem={problem}
        field="welcome"
        onChange={(welcome) => set({ welcome })}
      />
      <MessageFields
        label="Fallback"
        description="To what it does not understand: say what it can be asked"
        message={values.fallback}
        problem={problem}
        field="fallback"
        onChange={(fallback) => set({ fallback })}
      />
      <Title order={2} size="h4">
        Questions and answers
      </Title>
      {values.answers.map((one, index) => (
        <Paper
          withBorder
          p="md"
          // biome-ignore lint/suspicious/noArrayIndexKey: answers are added at the end, and have no id before they are saved
          key={index}
        >
          <Fieldset variant="unstyled" legend={`Question ${index + 1}`}>
            <Stack>
              <TextInput
                label="Question"
                value={one.question}
                error={faultOf(problem, `answers[${index}].question`)}
                onChange={(event) => setAnswer(index, { question: event.currentTarget.value })}
              />
              <Texts
                label="Other ways to ask"
                placeholder="Type one and press Enter"
                values={one.alternatives}
                error={faultOf(problem, `answers[${index}].alternatives`)}
                onChange={(alternatives) => setAnswer(index, { alternatives })}
              />
              <MessageFields
                label="Answer"
                message={one.answer}
                problem={problem}
                field={`answers[${index}].answer`}
                onChange={(answer) => setAnswer(index, { answer })}
              />
              <Group justify="flex-end">
                <Button
                  variant="subtle"
                  color="red"
                  size="xs"
                  aria-label={`Remove question ${index + 1}`}
                  onClick={() => set({ answers: values.answers.filter((_, at) => at !== index) })}
                >
                  Remove
                </Button>
              </Group>
            </Stack>
          </Fieldset>
        </Paper>
      ))}
      <Group>
        <Button
          variant="default"
          leftSection={<PlusIcon width={16} aria-hidden />}
          onClick={() => set({ answers: [...values.answers, BLANK_ANSWER] })}
        >
          Add a question
        </Button>
      </Group>
    </DraftForm>
  );
}

interface MessageFieldsProps {
  label: string;
  description?: string;
  message: Message;
  problem: Problem | null;
  /** Its path in the input. */
  field: string;
  onChange(message: Message): void;
}

/** A text and the buttons under it. */
function MessageFields({ label, description, message, problem, field, onChange }: MessageFieldsProps) {
  return (
    <Stack gap="xs">
      <Textarea
        label={label}
        description={description}
        autosize
        value={message.text}
        error={faultOf(problem, `${field}.text`)}
        onChange={(event) => onChange({ ...message, text: event.currentTarget.value })}
      />
      <Texts
        label={`Buttons under the ${label.toLowerCase()}`}
        placeholder="A button asks what stands on it"
        values={message.buttons}
        error={faultOf(problem, `${field}.buttons`)}
        onChange={(buttons) => onChange({ ...message, buttons })}
      />
    </Stack>
  );
}

interface TextsProps {
  label: string;
  placeholder: string;
  values: string[];
  error: string | undefined;
  onChange(values: string[]): void;
}

/** Short texts, each put in with Enter; a comma is a part of one. */
const Texts = ({ values, placeholder, ...props }: TextsProps) => (
  <TagsInput {...props} value={values} placeholder={values.length === 0 ? placeholder : ''} splitChars={[]} />
);
