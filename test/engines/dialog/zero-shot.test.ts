import { describe, expect, it } from 'vitest';
import type { ModelPrompt } from '../../../src/engines/dialog/deps.js';
import type { JsonObject } from '../../../src/json.js';
import { bot, entity, message } from './bot-builder.js';
import { replies, talk } from './talk.js';

const features = (enable: boolean): JsonObject => ({
  llmConfigsForStream: [
    {
      featureList: [
        { name: 'generativeai', enable: true },
        { name: 'zeroshot', enable },
      ],
    },
  ],
});
const tasks = {
  'Report theft': { m: message('Police.') },
  'Order pizza': { size: entity('label', 'Which size?', 'm'), m: message('One {{context.entities.size}}.') },
};
const answering = (answer: string | Error) => {
  const asked: ModelPrompt[] = [];
  const complete = async (prompt: ModelPrompt) => {
    asked.push(prompt);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, languageModel: { complete } };
};

describe('an utterance that nothing understands', () => {
  it('begins the task that the language model names, where the bot has it look', async () => {
    const { asked, languageModel } = answering('```json\n{"task": 1}\n```');
    const conversation = talk(bot(tasks, features(true)), { languageModel });
    expect(await replies(conversation, 'somebody took my bag')).toEqual(['Police.']);
    expect(asked[0]?.system).toContain('1. Report theft\n2. Order pizza');
    expect(asked[0]?.messages).toEqual([{ role: 'user', content: 'somebody took my bag' }]);
  });

  it.each(['{"task": null}', '{"task": 7}', '{"task": 0}', 'Report theft', '', new Error('down')])(
    'stays so when the model answers %j',
    async (answer) => {
      const { asked, languageModel } = answering(answer);
      const { texts, trace } = await talk(bot(tasks, features(true)), { languageModel }).say('somebody took my bag');
      expect(asked).toHaveLength(1);
      expect(texts).not.toContain('Police.');
      expect(trace).toContainEqual(expect.objectContaining({ kind: 'understood', as: 'nothing' }));
    },
  );

  it('is shown to no model where the bot does not say so, has none, or understands by itself', async () => {
    const { asked, languageModel } = answering('{"task": 1}');
    await talk(bot(tasks, features(false)), { languageModel }).say('somebody took my bag');
    await talk(bot(tasks), { languageModel }).say('somebody took my bag');
    await talk(bot(tasks, features(true)), {}).say('somebody took my bag');
    expect(await replies(talk(bot(tasks, features(true)), { languageModel }), 'order pizza', 'large one')).toEqual([
      'One large one.',
    ]);
    expect(asked).toEqual([]);
  });
});
