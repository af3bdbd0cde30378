/** One entry of an archive. */
export interface TarEntry {
  /** Without a slash at its beginning. */
  readonly path: string;
  readonly mode: number;
  readonly content:
    | { readonly kind: "file"; readonly bytes: Uint8Array }
    | { readonly kind: "directory" }
    | { readonly kind: "link"; readonly target: string };
}

const block = 512;
const types = { file: "0", link: "2", directory: "5" } as const;

/** An archive in the ustar format: everything belongs to root and has no date, so equal entries give equal bytes. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const bytes = entry.content.kind === "file" ? entry.content.bytes : new Uint8Array();
    return [header(entry, bytes.length), bytes, Buffer.alloc((block - (bytes.length % block)) % block)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

function header({ path, mode, content }: TarEntry, size: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new Error(`the path ${path} is too long for an archive`);
  const result = Buffer.alloc(block);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  result.write(path, 0);
  result.write(octal(mode, 7), 100);
  result.write(octal(0, 7), 108);
  result.write(octal(0, 7), 116);
  result.write(octal(size, 11), 124);
  result.write(octal(0, 11), 136);
  // The sum is taken as if its own field were blank.
  result.write(" ".repeat(8), 148);
  result.write(types[content.kind], 156);
  if (content.kind === "link") result.write(content.target, 157);
  result.write("ustar\u000000", 257);
  const sum = result.reduce((total, byte) => total + byte, 0);
  result.write(`${octal(sum, 6)}\u0000 `, 148);
  return result;
}
