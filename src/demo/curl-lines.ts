/** The demo's requests as shell lines: URL and TOKEN are yours, ids come from the lines before. */
export function curlLines(facts: {
  url: string;
  botId: string;
  clientId: string;
  hook: string;
  authorization: string;
}): string {
  const mutation = (document: string, variables: unknown) =>
    ['"$URL/graphql"', 'Bearer $TOKEN', { query: document, variables }] as const;
  const steps = [
    mutation('mutation { createApp(input: { name: "Demo caller" }) { clientSecret app { clientId } } }', {}),
    mutation(
      'mutation($input: CreateWebhookChannelInput!) { createWebhookChannel(input: $input) { message approvalRequest { id } channel { id webhookUrl } } }',
      { input: { botId: facts.botId, name: 'My channel', mode: 'SYNC', appClientId: facts.clientId, enabled: true } },
    ),
    mutation('mutation($id: ID!) { approve(requestId: $id) { status } }', { id: '<approvalRequest.id>' }),
    mutation('mutation($input: PublishBotInput!) { publishBot(input: $input) { id status } }', {
      input: { botId: facts.botId, channelIds: ['<channel.id>'] },
    }),
    mutation('{ approvalRequests(status: PENDING) { edges { node { id kind } } } }', {}),
    mutation('mutation($id: ID!) { approve(requestId: $id) { status } }', { id: '<the PUBLISH request>' }),
    [
      `"$URL${facts.hook}"`,
      facts.authorization,
      {
        message: { text: 'thanks', attachments: [] },
        from: { id: 'ada' },
        to: { id: facts.botId },
        customData: { name: 'Ada' },
      },
    ] as const,
  ];
  const lines = steps.map(([target, authorization, body]) =>
    [
      `curl -X POST ${target} \\`,
      `  -H "Authorization: ${authorization}" \\`,
      "  -H 'Content-Type: application/json' \\",
      `  -d '${JSON.stringify(body)}'`,
    ].join('\n'),
  );
  return [`URL=${facts.url}`, 'TOKEN=<an API token of an ADMIN>', ...lines].join('\n');
}
