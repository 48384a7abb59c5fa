import { Button, Group, Paper, Stack, Text, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { graphql } from '../../api/.generated/gql';
import { useChange } from '../../api/use-change';
import { Moment } from '../moment';
import { ProblemNotice } from '../problem-notice';
import type { Comment, Commenting } from './review-query';

const ADD = graphql(`
  mutation CommentOnRequest($requestId: ID!, $anchor: ID, $line: Int, $text: String!) {
    commentOnRequest(requestId: $requestId, anchor: $anchor, line: $line, text: $text) {
      id
    }
  }
`);

const RESOLVE = graphql(`
  mutation ResolveReviewComment($id: ID!, $resolved: Boolean!) {
    resolveReviewComment(commentId: $id, resolved: $resolved) {
      id
      resolvedAt
    }
  }
`);

interface ItemCommentsProps extends Commenting {
  /** Null: the whole request. */
  anchor: string | null;
  /** What that is called. */
  about: string;
  /** The line that was chosen. */
  line: number | null;
  onLineDone(): void;
}

/** What was said about one item, and room for more. */
export function ItemComments(props: ItemCommentsProps) {
  const { requestId, comments, mayComment, onChange, anchor, about, line, onLineDone } = props;
  const [writing, setWriting] = useState(false);
  const [text, setText] = useState('');
  const add = useChange(ADD);
  const open = writing || line !== null;
  const close = () => {
    setText('');
    setWriting(false);
    onLineDone();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await add.run({ requestId, anchor, line, text }))) return;
    close();
    onChange();
  };
  return (
    <Stack gap="xs">
      {comments
        .filter((comment) => comment.anchor === anchor)
        .map((comment) => (
          <CommentView key={comment.id} comment={comment} mayResolve={mayComment} onChange={onChange} />
        ))}
      {mayComment && !open && (
        <Group>
          <Button size="xs" variant="default" aria-label={`Comment on ${about}`} onClick={() => setWriting(true)}>
            Comment
          </Button>
        </Group>
      )}
      {open && (
        <form onSubmit={(event) => void submit(event)}>
          <Stack gap="xs">
            <Textarea
              label={line === null ? `Comment on ${about}` : `Comment on line ${line} of ${about}`}
              autosize
              minRows={2}
              required
              autoFocus
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
            />
            <ProblemNotice problem={add.problem} />
            <Group gap="xs">
              <Button type="submit" size="xs" loading={add.running}>
                Add comment
              </Button>
              <Button size="xs" variant="default" onClick={close}>
                Cancel
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Stack>
  );
}

interface CommentViewProps {
  comment: Comment;
  mayResolve: boolean;
  onChange(): void;
}

function CommentView({ comment, mayResolve, onChange }: CommentViewProps) {
  const resolve = useChange(RESOLVE);
  const { id, line, text, author, createdAt, resolvedAt, resolvedBy } = comment;
  const resolved = resolvedAt !== null;
  return (
    <Paper withBorder p="xs" component="article" aria-label={`Comment of ${author?.name ?? 'somebody'}`}>
      <Group justify="space-between" align="start" gap="xs">
        <Stack gap={2}>
          <Text size="sm" c="dimmed">
            {author?.name ?? 'Somebody'} <Moment at={createdAt} />
            {line !== null && `, on line ${line}`}
            {resolved && ` · resolved by ${resolvedBy?.name ?? 'somebody'}`}
          </Text>
          <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {text}
          </Text>
          <ProblemNotice problem={resolve.problem} />
        </Stack>
        {mayResolve && (
          <Button
            size="xs"
            variant="default"
            loading={resolve.running}
            onClick={() => void resolve.run({ id, resolved: !resolved }).then((done) => done && onChange())}
          >
            {resolved ? 'Open again' : 'Resolve'}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
