/**
 * Options of an LRUCache for so many entries, which takes memory as it fills. By its `max` it takes the memory of all of
 * them when it is made, which for some ten thousand is most of the time of a start.
 */
export const atMost = (entries: number) => ({ maxSize: entries, sizeCalculation: () => 1 });
