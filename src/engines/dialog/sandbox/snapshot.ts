/** The part of `WebAssembly.Memory` that a snapshot uses. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Bytes by which WebAssembly counts its memory. */
const PAGE_BYTES = 65_536;

/**
 * Keeps what a wasm memory holds now; the function it gives puts that back, in some hundred microseconds. From here on
 * the memory may grow by `mayGrowBytes` and no more: QuickJS in wasm counts its allocations, not their sizes, so its own
 * limit holds nobody. What is refused is out of memory to the script.
 */
export function takeSnapshot(memory: WasmMemory, mayGrowBytes: number): () => void {
  const kept = withoutZeros(new Uint8Array(memory.buffer)).slice();
  const most = kept.length + mayGrowBytes;
  const grow = memory.grow.bind(memory);
  // The allocator asks by this very method, and takes a refusal for an answer.
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * PAGE_BYTES > most) throw new RangeError('The script has its memory.');
    return grow(pages);
  };
  return () => new Uint8Array(memory.buffer).set(kept);
}

function withoutZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}
