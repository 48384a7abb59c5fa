import type { Graph, Node, Program } from '../../../definition/program.js';
import type { Run } from '../run.js';

const byProgram = new WeakMap<Program, Set<string>>();

/** The hosts the bot's author names in full: in services, in scripts that run before them, in variables and contents. */
export function authorHosts(run: Run): Set<string> {
  let named = byProgram.get(run.program);
  if (!named) {
    named = new Set(
      Object.values(run.program.dialogs)
        .flatMap(({ graph }) => textsOf(graph))
        .flatMap(hostsIn),
    );
    byProgram.set(run.program, named);
  }
  const variables = [run.turn.env, run.program.content].map((values) => JSON.stringify(values));
  return new Set([...named, ...variables.flatMap(hostsIn)]);
}

function textsOf(graph: Graph): string[] {
  return Object.values(graph.nodes).flatMap((node: Node): string[] => {
    if (node.type === 'action') return textsOf(node.graph);
    if (node.type === 'script') return [node.script];
    if (node.type === 'generative' || node.type === 'agent') return [node.preProcessor, node.postProcessor];
    if (node.type !== 'service') return [];
    const { endPoint, preProcessor, postProcessor } = node.service;
    return [`https://${endPoint.host.replace(/^https?:\/\//i, '')}/ ${endPoint.path}`, preProcessor, postProcessor];
  });
}

/** A host counts when it is ended by what cannot be a part of it: `"https://api." + x` names none. */
function hostsIn(text: string): string[] {
  return [...text.matchAll(/https?:\/\/([A-Za-z0-9.-]+(?::\d+)?)(?=[/?#"'`\\\s]|$)/gi)].flatMap(([address]) =>
    URL.canParse(address) && !address.endsWith('.') ? [new URL(address).host] : [],
  );
}
