/** The part of `WebAssembly.Memory` that a snapshot uses. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

export interface SnapshotLimits {
  /** Bytes the memory may grow by; QuickJS in wasm counts its allocations, not their sizes, so its own limit holds nobody. */
  memoryBytes: number;
  /** Bytes of stack a script may use, and so more than any gap it leaves between what it writes there. */
  stackBytes: number;
}

/** Bytes by which WebAssembly counts its memory. */
const PAGE_BYTES = 65_536;
const ZEROS = Buffer.alloc(PAGE_BYTES);

/**
 * Keeps what a wasm memory holds now; the function it gives puts that back, in some ten microseconds. Most of it is an
 * empty stack of 5 MB, which a script fills from its end: there only what was written is emptied again. What lies behind
 * the last byte in use is free memory and stays as it is. Growth that is refused is out of memory to the script.
 */
export function takeSnapshot(memory: WasmMemory, { memoryBytes, stackBytes }: SnapshotLimits): () => void {
  const bytes = Buffer.from(memory.buffer);
  const end = bytes.length - trailingZeros(bytes);
  const most = end + memoryBytes;
  const grow = memory.grow.bind(memory);
  // The allocator asks by this very method, and takes a refusal for an answer.
  memory.grow = (pages) => {
    if (memory.buffer.byteLength + pages * PAGE_BYTES > most) throw new RangeError('The script has its memory.');
    return grow(pages);
  };
  const kept: (Buffer | null)[] = [];
  for (let at = 0; at < end; at += PAGE_BYTES) {
    const page = bytes.subarray(at, at + PAGE_BYTES);
    kept.push(page.equals(ZEROS) ? null : Buffer.from(page));
  }
  const gap = Math.ceil(stackBytes / PAGE_BYTES) + 1;
  return () => putBack(Buffer.from(memory.buffer), kept, gap);
}

/** Puts pages back from the last to the first; of empty ones those before a gap of `gap` pages were not written to. */
function putBack(bytes: Buffer, kept: readonly (Buffer | null)[], gap: number): void {
  let untouched = 0;
  for (let at = kept.length - 1; at >= 0; at -= 1) {
    const before = kept[at];
    if (before) {
      bytes.set(before, at * PAGE_BYTES);
      untouched = 0;
      continue;
    }
    if (untouched === gap) continue;
    const page = bytes.subarray(at * PAGE_BYTES, (at + 1) * PAGE_BYTES);
    if (page.equals(ZEROS)) {
      untouched += 1;
    } else {
      page.fill(0);
      untouched = 0;
    }
  }
}

function trailingZeros(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.length - end;
}
