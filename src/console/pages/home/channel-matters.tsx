import { BlockerRemedy } from '../../parts/blocker-remedy';
import { counted, deadLetters, failureOf } from '../../parts/callback-words';
import { BLOCKERS } from '../../parts/words';
import type { Attention } from './home-query';
import { Matter, MatterList, Way } from './matter-list';

const MOST = 10;

const placeOf = (channel: { name: string; bot: { name: string } }) => `${channel.bot.name} · ${channel.name}`;
const pathOf = (channel: { id: string; bot: { id: string } }) => `/bots/${channel.bot.id}/channels/${channel.id}`;

/** What of channels waits for somebody: callbacks that fail, dead letters, what hinders them. */
export function ChannelMatters({ attention }: { attention: Attention }) {
  const { channels, failingChannels, deadLetterCount, hinderedChannels } = attention;
  const troubled = channels.callbacksFailing + channels.callbacksBlocked;
  return (
    <>
      {deadLetterCount > 0 && (
        <MatterList title={deadLetters(deadLetterCount)}>
          {attention.deadLetters.map(({ channel, count }) => (
            <Matter
              key={channel.id}
              name={placeOf(channel)}
              note={deadLetters(count)}
              action={
                <Way to={`${pathOf(channel)}/deliveries?status=DEAD`} name="See and replay" about={placeOf(channel)} />
              }
            />
          ))}
        </MatterList>
      )}
      {troubled > 0 && (
        <MatterList
          title={counted(troubled, 'channel whose callbacks fail', 'channels whose callbacks fail')}
          more={beyond(troubled)}
        >
          {failingChannels.map((channel) => (
            <Matter
              key={channel.id}
              name={placeOf(channel)}
              note={`Its ${failureOf(channel.endpoint) ?? 'callbacks fail'}`}
              action={<Way to={pathOf(channel)} name="See why and try" about={placeOf(channel)} />}
            />
          ))}
        </MatterList>
      )}
      {channels.hindered > 0 && (
        <MatterList
          title={counted(channels.hindered, 'channel that does not work', 'channels that do not work')}
          more={beyond(channels.hindered)}
        >
          {hinderedChannels.map((channel) => (
            <Matter
              key={channel.id}
              name={placeOf(channel)}
              note={channel.blockers.map((blocker) => BLOCKERS[blocker]).join(' ')}
              action={
                channel.blockers[0] && (
                  <BlockerRemedy blocker={channel.blockers[0]} bot={channel.bot} channel={channel} />
                )
              }
            />
          ))}
        </MatterList>
      )}
    </>
  );
}

const beyond = (total: number) => (total > MOST ? `The newest ${MOST} of ${total.toLocaleString()}.` : undefined);
