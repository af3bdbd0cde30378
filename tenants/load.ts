import { join } from "node:path";

import { globSync } from "tinyglobby";

import { readStackName } from "./cells.ts";
import { child, listItems, readDocument, type SourceValue } from "./document.ts";
import type { Problem, SourcePosition } from "./errors.ts";
import { disputedProblems } from "./load/disputed.ts";
import { matchFiles } from "./load/globs.ts";
import type { Origin } from "./load/origin.ts";
import { isRegularFile, readText } from "./load/read.ts";
import { runtimeProblems, type RuntimeConfiguration } from "./load/runtime.ts";
import { secretNames, type SecretName } from "./load/secrets.ts";
import { configKeys } from "./schema.ts";
import { describeValue, shownText } from "./schema/problems.ts";
import { didYouMean, listed, suggestion } from "./suggest.ts";

/** What to load. */
export interface LoadRequest {
  /** Folder that holds `Pulumi.yaml`. */
  readonly directory: string;
  /** Environment, which is also the stack's name. */
  readonly environment: string;
  /** What Pulumi itself read, where it runs: it must be what the file says (somebody may run with `--config-file`). */
  readonly runtime?: RuntimeConfiguration;
}

/** Everything a person wrote for one environment, not yet checked against the schema. */
export interface Loaded {
  readonly environment: string;
  /** `tenantry:environment`; `null` where it is missing or unreadable. */
  readonly settings: SourceValue | null;
  /** Records of `tenantry:tenants`, then those of the tenant files in the order of their paths. */
  readonly tenants: readonly SourceValue[];
  /** Names of what stands under `tenantry:tenantSecrets`; values are never read. */
  readonly secrets: readonly SecretName[];
  /** `tenantry:cells`, `tenantry:canaries` and `tenantry:history`, as keys of one map. */
  readonly fleet: SourceValue;
  /** Lists that cannot be read, or not whole, by file or key: how many records they have is not known. Each has its problem. */
  readonly unread: readonly string[];
  readonly problems: readonly Problem[];
  /** What was read, for telling whether it would be read again. */
  readonly origin: Origin;
  /** What is wrong where Pulumi itself read something else. */
  readonly compare: (runtime: RuntimeConfiguration) => readonly Problem[];
}

/** Reads `Pulumi.<environment>.yaml` and the tenant files it names. What is wrong with them is gathered, never thrown. */
export function loadEnvironment(request: LoadRequest): Loaded {
  const { directory, environment } = request;
  const file = `Pulumi.${environment}.yaml`;
  const nothing: SourceValue = { value: {}, position: () => ({ file, line: 0, column: 0 }) };
  const empty = {
    ...{ environment, settings: null, tenants: [], secrets: [], fleet: nothing, unread: [file] },
    ...{ origin: { files: new Map(), patterns: [] }, compare: () => [] },
  };
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(environment) || isRegularFile(join(directory, file)) === false) {
    return { ...empty, problems: [missingFile(directory, environment, file)] };
  }
  const read = readText(directory, file);
  if ("problem" in read) return { ...empty, problems: [read.problem] };
  const document = readDocument(file, read.text);
  if (document.root === null) return { ...empty, problems: document.problems };
  const config = child(document.root, ["config"]);
  const shape = [...mapProblems(document.root, ""), ...mapProblems(config, "config")];
  if (shape.length > 0) return { ...empty, problems: [...document.problems, ...shape] };
  const part = (key: (typeof configKeys)[number]): SourceValue => child(config, [`tenantry:${key}`]);
  const listed = listTenants(part("tenants"), "tenantry:tenants");
  const files = readTenantFiles(directory, part("tenantFiles"));
  const secrets = secretNames(part("tenantSecrets"));
  const settings = part("environment");
  const fleet = fleetPart(config);
  // Not under tenantSecrets: what stands there in the clear is reported as that, and never shown.
  const disputed = (["environment", "tenants", "tenantFiles", "cells", "canaries", "history"] as const).flatMap((key) =>
    disputedProblems(document, `tenantry:${key}`),
  );
  // Pulumi reads a disputed text otherwise than this file does; saying so twice would name the wrong remedy the second time.
  const compared = disputed.length > 0 ? undefined : request.runtime;
  const compare = (runtime: RuntimeConfiguration): readonly Problem[] =>
    runtimeProblems(runtime, part, config.position([]));
  return {
    environment,
    settings: settings.value === undefined ? null : settings,
    tenants: [...listed.tenants, ...files.tenants],
    secrets: secrets.names,
    fleet,
    unread: [...listed.unread, ...files.unread],
    problems: [
      ...document.problems,
      ...unknownKeys(config),
      ...(settings.value === undefined ? [missingEnvironment(config.position([]))] : []),
      ...listed.problems,
      ...files.problems,
      ...secrets.problems,
      ...disputed,
      ...(compared === undefined ? [] : compare(compared)),
    ],
    origin: { files: new Map([[file, read.digest], ...files.digests]), patterns: files.patterns },
    compare,
  };
}

/** The keys that say how an environment is spread over stacks and what is kept of them, as one map. */
function fleetPart(config: SourceValue): SourceValue {
  const written = (["cells", "canaries", "history"] as const)
    .map((key) => [key, unquoted(child(config, [`tenantry:${key}`]).value)] as const)
    .filter(([, value]) => value !== undefined);
  return {
    value: Object.fromEntries(written),
    position: ([key, ...rest], at) =>
      config.position(key === undefined ? [] : [`tenantry:${String(key)}`, ...rest], at),
  };
}

/** Pulumi puts quotes around every number that stands alone when it writes the file, as `pulumi stack init` does. */
function unquoted(value: unknown): unknown {
  return typeof value === "string" && /^(0|[1-9][0-9]*)$/.test(value) ? Number(value) : value;
}

interface Records {
  readonly tenants: readonly SourceValue[];
  readonly unread: readonly string[];
  readonly problems: readonly Problem[];
}

function listTenants(source: SourceValue, path: string): Records {
  const items = source.value === undefined ? [] : listItems(source);
  if (items !== null) return { tenants: items, unread: [], problems: [] };
  return {
    tenants: [],
    unread: [path === "" ? source.position([]).file : path],
    problems: [
      problem(
        source.position([]),
        path,
        "wrong-type",
        describeValue(source.value),
        "must be a list of tenants",
        "Begin each tenant with a dash: `- id: acme`.",
      ),
    ],
  };
}

/** Records of the tenant files, the globs that named the files, and the digest of each that was read. */
interface TenantFiles extends Records {
  readonly patterns: readonly unknown[];
  readonly digests: readonly (readonly [file: string, digest: string])[];
}

function readTenantFiles(directory: string, source: SourceValue): TenantFiles {
  const none = { tenants: [], unread: [], problems: [], patterns: [], digests: [] };
  if (source.value === undefined) return none;
  const patterns = listItems(source);
  if (patterns === null) {
    const found = describeValue(source.value);
    return {
      ...none,
      unread: ["tenantry:tenantFiles"],
      problems: [
        problem(
          source.position([]),
          "tenantry:tenantFiles",
          "wrong-type",
          found,
          "must be a list of globs",
          'Write it like ["tenants/prod/*.yaml"].',
        ),
      ],
    };
  }
  const globs = patterns.map((pattern, index) => {
    const { files, findings } = matchFiles(directory, pattern.value);
    const path = `tenantry:tenantFiles[${index}]`;
    const value = describeValue(pattern.value);
    const problems = findings.map(({ rule, bound, remedy }) =>
      problem(pattern.position([]), path, rule, value, bound, remedy),
    );
    return { files, unread: problems.length === 0 ? [] : [path], problems };
  });
  // Sorted by code point, so that the order does not depend on the machine.
  const files = [...new Set(globs.flatMap((glob) => glob.files))].sort();
  const records = files.map((file) => readTenantFile(directory, file));
  return {
    tenants: records.flatMap(({ tenants }) => tenants),
    unread: [...globs, ...records].flatMap(({ unread }) => unread),
    problems: [...globs, ...records].flatMap(({ problems }) => problems),
    patterns: patterns.map(({ value }) => value),
    digests: records.flatMap(({ digest }, index) => (digest === null ? [] : [[files[index] ?? "", digest] as const])),
  };
}

function readTenantFile(directory: string, file: string): Records & { readonly digest: string | null } {
  const read = readText(directory, file);
  if ("problem" in read) return { tenants: [], unread: [file], problems: [read.problem], digest: null };
  const document = readDocument(file, read.text);
  const listed =
    document.root === null ? { tenants: [], unread: [file], problems: [] } : listTenants(document.root, "");
  const problems = [...document.problems, ...listed.problems, ...disputedProblems(document, null)];
  return { ...listed, problems, digest: read.digest };
}

/** A part of the stack file that must be a map and is something else; nothing at all is another problem. */
function mapProblems(source: SourceValue, path: string): readonly Problem[] {
  const { value } = source;
  if (value === undefined || value === null || (typeof value === "object" && !Array.isArray(value))) return [];
  const remedy = "Begin the file with `config:`, and write each key below it like `tenantry:environment:`.";
  // Its text is not shown: whoever pastes one value into this file may have pasted a secret.
  const found = Array.isArray(value) ? "a list" : "a single value";
  return [problem(source.position([]), path, "wrong-type", found, "must be a map of keys and values", remedy)];
}

function unknownKeys(config: SourceValue): readonly Problem[] {
  const keys = typeof config.value === "object" && config.value !== null ? Object.keys(config.value) : [];
  const prefix = "tenantry:";
  const names: readonly string[] = configKeys;
  return keys
    .filter((key) => key.startsWith(prefix) && !names.includes(key.slice(prefix.length)))
    .map((key) => {
      const near = suggestion(key.slice(prefix.length), names);
      return problem(
        config.position([key], "key"),
        shownText(key),
        "unknown-key",
        `unknown key ${describeValue(key)}`,
        `allowed here: ${listed(
          names.map((name) => prefix + name),
          "and",
        )}`,
        near === null ? "Remove it." : `Did you mean "${prefix}${near}"?`,
      );
    });
}

function missingFile(directory: string, environment: string, file: string): Problem {
  const known = globSync("Pulumi.*.yaml", { cwd: directory, onlyFiles: true }).sort();
  // Plain Pulumi may have written a file for a cell; that is no environment.
  const names = known
    .map((name) => name.slice("Pulumi.".length, -".yaml".length))
    .filter((name) => readStackName(name).cell === null);
  const bound = names.length === 0 ? "no environment exists here" : `environments here: ${names.join(", ")}`;
  const remedy = didYouMean(environment, names, `Write ${file}, or name an environment that exists.`);
  return problem({ file, line: 0, column: 0 }, "", "missing-file", "no such file", bound, remedy);
}

function missingEnvironment(source: SourcePosition): Problem {
  const remedy = "docs/configuration.md lists its keys.";
  return problem(
    source,
    "tenantry:environment",
    "required",
    "missing",
    "required; says where the tenants live",
    remedy,
  );
}

function problem(
  source: SourcePosition,
  path: string,
  rule: string,
  value: string,
  bound: string,
  remedy: string,
): Problem {
  return { source, tenant: null, path, rule, value, bound, remedy };
}
