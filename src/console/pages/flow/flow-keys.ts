import type { FlowLayout, PlacedNode } from './flow-layout';

/** The node that an arrow key leads to: along an edge where there is one, else the nearest that way. */
export function nodeBy(key: string, from: string, { nodes }: Pick<FlowLayout, 'nodes'>): string | null {
  const here = nodes.find(({ node }) => node.id === from);
  if (!here) return null;
  if (key === 'Home') return nodes[0]?.node.id ?? null;
  const way = WAYS[key];
  if (!way) return null;
  const ahead = nodes.filter((one) => one !== here && way.ahead(here, one));
  const linked = ahead.filter((one) => way.linked(here, one));
  const near = (one: PlacedNode): number => way.distance(here, one);
  const [best] = (linked.length > 0 ? linked : ahead).sort((a, b) => near(a) - near(b));
  return best?.node.id ?? null;
}

interface Way {
  ahead(here: PlacedNode, there: PlacedNode): boolean;
  linked(here: PlacedNode, there: PlacedNode): boolean;
  distance(here: PlacedNode, there: PlacedNode): number;
}

const leadsTo = ({ node }: PlacedNode, other: PlacedNode): boolean =>
  node.begins === other.node.id || node.transitions.some(({ to }) => to === other.node.id);
const upright = (here: PlacedNode, there: PlacedNode): number =>
  Math.abs(there.y - here.y) + 2 * Math.abs(there.x - here.x);
const level = (here: PlacedNode, there: PlacedNode): number =>
  Math.abs(there.x - here.x) + 4 * Math.abs(there.y - here.y);
const never = (): boolean => false;

const WAYS: Record<string, Way> = {
  ArrowDown: { ahead: (here, there) => there.y > here.y, linked: leadsTo, distance: upright },
  ArrowUp: {
    ahead: (here, there) => there.y < here.y,
    linked: (here, there) => leadsTo(there, here),
    distance: upright,
  },
  ArrowRight: { ahead: (here, there) => there.x > here.x, linked: never, distance: level },
  ArrowLeft: { ahead: (here, there) => there.x < here.x, linked: never, distance: level },
};
