import { readdirSync, realpathSync, statSync, type PathLike } from "node:fs";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";

import { globSync, type FileSystemAdapter } from "tinyglobby";

import type { Problem } from "../errors.ts";
import { isRegularFile, reasonOf } from "./read.ts";

/** What is wrong with a glob or with something that it matches. */
export type GlobFinding = Pick<Problem, "rule" | "bound" | "remedy">;

/** Files of one glob, relative to the project with forward slashes, and everything that may keep tenants out of them. */
export interface GlobMatches {
  readonly files: readonly string[];
  readonly findings: readonly GlobFinding[];
}

/**
 * Files that a glob names. What cannot be looked into is a finding: a tenant that is silently missing from the list would be taken
 * for one that has been removed.
 */
export function matchFiles(directory: string, pattern: unknown): GlobMatches {
  if (typeof pattern !== "string" || pattern === "") {
    return none(finding("must be a glob", "Write it like tenants/prod/*.yaml."));
  }
  if (isAbsolute(pattern) || pattern.split(/[\\/]/).includes("..")) {
    return none(finding("must stay inside the project", "Move the files below the folder of Pulumi.yaml."));
  }
  const { matches, failures } = crawl(directory, pattern);
  const unseen = failures
    .filter((failure) => mayHideMatches(failure, pattern))
    .map((failure) => unseenFinding(directory, failure));
  if (matches.length === 0 && unseen.length === 0) {
    return none(finding("matches no file", "Mend the glob, or remove it."));
  }
  const refused = new Map(matches.map((match) => [match, refusal(directory, match)]));
  return {
    files: matches.filter((match) => refused.get(match) === null),
    findings: [...unseen, ...[...refused.values()].filter((found) => found !== null)],
  };
}

/** Something that the search could not look at, by its absolute path. */
interface Failure {
  readonly kind: "folder" | "link";
  readonly path: string;
  readonly error: NodeJS.ErrnoException;
}

/** Searches. The library passes over what it cannot read without a word, so the functions that it reads with take notes. */
function crawl(
  directory: string,
  pattern: string,
): { readonly matches: readonly string[]; readonly failures: readonly Failure[] } {
  const failures = new Map<string, Failure>();
  const noting = <F extends (path: PathLike, ...rest: never[]) => unknown>(read: F, kind: Failure["kind"]): F =>
    new Proxy(read, {
      apply(target, self, [path, ...rest]: [PathLike, ...never[]]) {
        try {
          return Reflect.apply(target, self, [path, ...rest]);
        } catch (error) {
          const place = resolve(String(path));
          failures.set(place, { kind, path: place, error: error as NodeJS.ErrnoException });
          throw error;
        }
      },
    });
  const fs: FileSystemAdapter = {
    readdirSync: noting(readdirSync, "folder"),
    realpathSync: noting(realpathSync, "link"),
    statSync: noting(statSync, "link"),
  };
  const ignore = ["node_modules/**"];
  const matches = globSync(pattern, { cwd: directory, onlyFiles: true, expandDirectories: false, ignore, fs });
  return { matches, failures: [...failures.values()] };
}

/** False for a folder that does not exist, and for links that lead nowhere and whose name no such pattern matches. */
function mayHideMatches({ kind, path, error }: Failure, pattern: string): boolean {
  if (kind === "folder") return error.code !== "ENOENT" && error.code !== "ENOTDIR";
  // Editors mark an open file with a link named `.#<file>` that leads nowhere.
  return !basename(path).startsWith(".") || pattern.split("/").some((part) => part.startsWith("."));
}

function unseenFinding(directory: string, { kind, path, error }: Failure): GlobFinding {
  const place = relative(directory, path).split(sep).join("/") || ".";
  const lost = "a tenant in it would count as removed";
  return kind === "folder"
    ? {
        rule: "unreadable-folder",
        bound: `the folder ${place} cannot be read: ${reasonOf(error)}; ${lost}`,
        remedy: "Let the user who runs this read it, or name another folder.",
      }
    : {
        rule: "unreadable-link",
        bound: `the link ${place} cannot be followed: ${reasonOf(error)}; ${lost}`,
        remedy: "Mend the link, or remove it.",
      };
}

/** Why a match may not be read, or `null`. */
function refusal(directory: string, match: string): GlobFinding | null {
  const regular = isRegularFile(join(directory, match));
  // Reading it says why it cannot be looked at.
  if (regular === "unknown") return null;
  // Reading a pipe would wait for whoever writes to it.
  if (!regular) return finding(`matches ${match}, which is no regular file`, "Remove that one.");
  // A link may lead outside although its own path does not.
  const path = relative(realpathSync(directory), realpathSync(join(directory, match)));
  if (!path.startsWith(`..${sep}`) && !isAbsolute(path)) return null;
  return finding(
    `matches ${match}, which leads outside the project`,
    "Replace that link by a file below the folder of Pulumi.yaml.",
  );
}

function finding(bound: string, remedy: string): GlobFinding {
  return { rule: "tenant-files", bound, remedy };
}

function none(found: GlobFinding): GlobMatches {
  return { files: [], findings: [found] };
}
