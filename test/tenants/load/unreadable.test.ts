/** What the system does not let us read: never fewer tenants without a word, never a stack trace. */
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { planCommand } from "../../../cli/plan.ts";
import { asNobody } from "../support/nobody.ts";
import { stackText, withProject } from "../support/project.ts";

interface Answer {
  readonly exitCode: number;
  readonly lines: readonly string[];
  readonly ids: readonly string[];
}

/** What `plan dev --json` answers to somebody whom modes bind, after `prepare` has changed the project. */
function plan(glob: string, files: Readonly<Record<string, string>>, prepare: (directory: string) => void): Answer {
  const stack = stackText({ config: `tenantry:tenantFiles: [${glob}]` });
  return withProject({ "Pulumi.dev.yaml": stack, ...files }, (directory) => {
    chmodSync(directory, 0o755);
    prepare(directory);
    const { stdout, stderr, exitCode } = asNobody(() => planCommand(directory, "dev", { json: true }));
    // Whoever owns a closed folder cannot empty it either.
    for (const folder of ["more", "more/closed"]) {
      if (files[`${folder}/a.yaml`] !== undefined) chmodSync(join(directory, folder), 0o755);
    }
    const { tenants } = JSON.parse(stdout) as { tenants: readonly { id: string }[] };
    return { exitCode, lines: stderr.trimEnd().split("\n").slice(0, -1), ids: tenants.map(({ id }) => id) };
  });
}

const globex = "- { id: globex, name: Globex, tier: free }\n";
const initech = "- { id: initech, name: Initech, tier: free }\n";
const deep = { "more/a.yaml": globex, "more/closed/a.yaml": initech };

describe("a folder that cannot be read", () => {
  it("is named, and what else matches is still checked", () => {
    const found = plan("more/**/*.yaml", deep, (directory) => chmodSync(join(directory, "more/closed"), 0o000));
    expect(found).toEqual({
      exitCode: 2,
      ids: ["acme", "globex"],
      lines: [
        'Pulumi.dev.yaml:13:26 environment tenantry:tenantFiles[0]: "more/**/*.yaml"; the folder more/closed cannot be read: permission denied (EACCES); a tenant in it would count as removed. Let the user who runs this read it, or name another folder. [unreadable-folder]',
      ],
    });
  });

  it("is named where the glob begins with it", () => {
    const { exitCode, lines } = plan("more/*.yaml", deep, (directory) => chmodSync(join(directory, "more"), 0o000));
    expect(exitCode).toBe(2);
    expect(lines).toEqual([expect.stringMatching(/; the folder more cannot be read: .*\[unreadable-folder\]$/)]);
  });

  it("is nothing to a glob that does not look into it", () => {
    const found = plan("more/*.yaml", deep, (directory) => chmodSync(join(directory, "more/closed"), 0o000));
    expect(found).toEqual({ exitCode: 0, ids: ["acme", "globex"], lines: [] });
  });

  it("with names that can be listed and files that cannot be opened names the files", () => {
    const { exitCode, lines } = plan("more/*.yaml", deep, (directory) => chmodSync(join(directory, "more"), 0o644));
    expect(exitCode).toBe(2);
    expect(lines).toEqual([
      expect.stringMatching(/^more\/a\.yaml environment: cannot be read: permission denied .*\[unreadable-file\]$/),
    ]);
  });
});

describe("a link that leads nowhere", () => {
  const linked = (name: string) =>
    plan("more/**/*.yaml", { "more/a.yaml": globex }, (directory) => {
      symlinkSync(join(directory, "gone"), join(directory, "more", name));
    });

  it.each(["b.yaml", "folder"])("is named, because tenants may have stood behind it: %s", (name) => {
    const { exitCode, lines } = linked(name);
    expect(exitCode).toBe(2);
    expect(lines).toEqual([
      `Pulumi.dev.yaml:13:26 environment tenantry:tenantFiles[0]: "more/**/*.yaml"; the link more/${name} cannot be followed: no such file or directory (ENOENT); a tenant in it would count as removed. Mend the link, or remove it. [unreadable-link]`,
    ]);
  });

  it("is an editor's mark where its name begins with a dot", () => {
    expect(linked(".#a.yaml")).toEqual({ exitCode: 0, ids: ["acme", "globex"], lines: [] });
  });
});

describe("a file that cannot be read", () => {
  it("is named where it is a tenant file", () => {
    const { exitCode, lines, ids } = plan(
      "more/*.yaml",
      { "more/a.yaml": globex, "more/b.yaml": initech },
      (directory) => chmodSync(join(directory, "more/b.yaml"), 0o000),
    );
    expect([exitCode, ids]).toEqual([2, ["acme", "globex"]]);
    expect(lines).toEqual([
      "more/b.yaml environment: cannot be read: permission denied (EACCES); must be readable by whoever runs this. Mend its owner or mode; nothing in it was checked. [unreadable-file]",
    ]);
  });

  it("is named where it is the environment's", () => {
    const { exitCode, lines, ids } = plan("more/*.yaml", { "more/a.yaml": globex }, (directory) =>
      chmodSync(join(directory, "Pulumi.dev.yaml"), 0o000),
    );
    expect([exitCode, ids]).toEqual([2, []]);
    expect(lines).toEqual([
      expect.stringMatching(/^Pulumi\.dev\.yaml environment: cannot be read: .*\[unreadable-file\]$/),
    ]);
  });

  it("is named where it is a link to itself", () => {
    withProject({}, (directory) => {
      mkdirSync(join(directory, "more"));
      symlinkSync("Pulumi.dev.yaml", join(directory, "Pulumi.dev.yaml"));
      const { stderr, exitCode } = planCommand(directory, "dev", { json: true });
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(/cannot be read: too many symbolic links encountered \(ELOOP\)/);
    });
  });
});
