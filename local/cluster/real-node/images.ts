import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { writePrivateFile } from "../../private-file.ts";
import { busybox } from "./prerequisites.ts";
import { type TarEntry, tar } from "./tar.ts";

/** Programs that go into images. */
export interface ImagePrograms {
  readonly probe: string;
  readonly coredns: string;
}

/** What a shell script of a tenant's workload may call. */
const shellTools = ["cat", "id", "ls", "mkdir", "rm", "sh", "sleep"] as const;

const directory = (path: string, mode = 0o755): TarEntry => ({ path, mode, content: { kind: "directory" } });
const program = (path: string, source: string): TarEntry => ({
  path,
  mode: 0o755,
  content: { kind: "file", bytes: readFileSync(source) },
});
const link = (path: string, target: string): TarEntry => ({ path, mode: 0o777, content: { kind: "link", target } });

const skeleton = [directory("bin"), directory("etc"), directory("tmp", 0o1777)];

/**
 * Writes what the registry gives out: `pause` holds a pod's namespaces, `coredns` is the cluster's resolver, and every other
 * repository is the workload of a test, which answers on the port that it is told. Unchanged images are left alone.
 */
export function writeImages(folder: string, programs: ImagePrograms): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const probe = program("bin/probe", programs.probe);
  const tools = [program("bin/busybox", busybox), ...shellTools.map((name) => link(`bin/${name}`, "busybox"))];
  const kept = [
    ...writeImage(folder, "pause", [...skeleton, probe], ["/bin/probe", "pause"]),
    ...writeImage(folder, "default", [...skeleton, probe, ...tools], ["/bin/probe", "serve"]),
    ...writeImage(folder, "coredns", [...skeleton, program("bin/coredns", programs.coredns)], ["/bin/coredns"]),
  ];
  for (const file of readdirSync(folder)) if (!kept.includes(file)) rmSync(join(folder, file));
}

/** Adds the image that upstream's tests ask for, until the next `up`: with the tools of a shell, which they call in it. */
export function writeTestImage(folder: string, agnhost: string): void {
  const tools = [...shellTools, "true", "wget"].map((name) => link(`bin/${name}`, "busybox"));
  const programs = [program("bin/agnhost", agnhost), program("bin/busybox", busybox), ...tools];
  writeImage(folder, "agnhost", [...skeleton, link("agnhost", "bin/agnhost"), ...programs], ["/bin/agnhost", "pause"]);
}

/** Writes one image of one layer and gives the names of its files. */
function writeImage(
  folder: string,
  name: string,
  entries: readonly TarEntry[],
  entrypoint: readonly string[],
): readonly string[] {
  const layer = writeBlob(folder, tar(entries));
  const config = writeJson(folder, {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    config: { Entrypoint: entrypoint, Env: ["PATH=/bin"], WorkingDir: "/" },
    rootfs: { type: "layers", diff_ids: [`sha256:${layer.digest}`] },
  });
  const manifest = writeJson(folder, {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: descriptor("application/vnd.oci.image.config.v1+json", config),
    layers: [descriptor("application/vnd.oci.image.layer.v1.tar", layer)],
  });
  const named = `${name}.json`;
  rmSync(join(folder, named), { force: true });
  symlinkSync(manifest.digest, join(folder, named));
  return [named, layer.digest, config.digest, manifest.digest];
}

interface Blob {
  readonly digest: string;
  readonly size: number;
}

function descriptor(mediaType: string, { digest, size }: Blob) {
  return { mediaType, digest: `sha256:${digest}`, size };
}

function writeJson(folder: string, value: unknown): Blob {
  return writeBlob(folder, Buffer.from(JSON.stringify(value)));
}

function writeBlob(folder: string, bytes: Buffer): Blob {
  const digest = createHash("sha256").update(bytes).digest("hex");
  const file = join(folder, digest);
  if (!existsSync(file)) writePrivateFile(file, bytes);
  return { digest, size: bytes.length };
}
