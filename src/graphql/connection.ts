import { type ClassType, Field, Int, ObjectType } from 'type-graphql';
import type { Page } from '../store/database/page.js';
import type { Total } from '../store/database/totals.js';

/** Query cost of a total, which is counted row by row. */
const COUNTING_COST = 50;

@ObjectType()
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => Boolean)
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true })
  startCursor!: string | null;

  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

export interface Connection<T> {
  readonly page: Page<T>;
}

/**
 * The Relay connection of a type: `<name>Connection` and `<name>Edge`. The total is counted only when it is asked for.
 * Source: the GraphQL Cursor Connections Specification.
 */
export function connectionOf<T extends object>(
  name: string,
  node: () => ClassType,
): new (
  page: Page<T>,
) => Connection<T> {
  @ObjectType(`${name}Edge`)
  class Edge {
    @Field(() => String)
    cursor!: string;

    @Field(node)
    node!: T;
  }

  @ObjectType(`${name}Connection`)
  class PageConnection implements Connection<T> {
    #total: Promise<Total> | undefined;

    constructor(readonly page: Page<T>) {}

    @Field(() => [Edge])
    get edges(): Edge[] {
      return this.page.edges;
    }

    @Field(() => PageInfo)
    get pageInfo(): PageInfo {
      const { edges, hasNextPage, hasPreviousPage, endCursor } = this.page;
      return {
        hasNextPage,
        hasPreviousPage,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: endCursor ?? edges.at(-1)?.cursor ?? null,
      };
    }

    @Field(() => Int, { complexity: COUNTING_COST })
    async totalCount(): Promise<number> {
      return (await this.total()).count;
    }

    @Field(() => Boolean, { complexity: COUNTING_COST, description: 'False: there may be more than totalCount.' })
    async totalIsExact(): Promise<boolean> {
      return (await this.total()).isExact;
    }

    private total(): Promise<Total> {
      this.#total ??= this.page.total?.() ?? this.page.count().then((count) => ({ count, isExact: true }));
      return this.#total;
    }
  }
  return PageConnection;
}
