import type { SourceValue } from "./document.ts";
import type { SourcePosition } from "./errors.ts";
import type { Loaded } from "./load.ts";

/** Where records were written, for findings that come from the plan and not from the text. */
export interface Sources {
  /**
   * Place of a value in a tenant's record, or of its nearest written ancestor; `null` where nobody wrote such a record. `item` asks
   * for the entry of that text in the list at `path`.
   */
  readonly place: (tenant: string, path: readonly (string | number)[], item: string | null) => SourcePosition | null;
}

/** The places of everything that was loaded. Of records with one id the first counts, as in every other message. */
export function sourcesOf(loaded: Loaded): Sources {
  const records = new Map<string, SourceValue>();
  for (const record of loaded.tenants) {
    const id = stepInto(record.value, "id");
    if (typeof id === "string" && !records.has(id)) records.set(id, record);
  }
  return {
    place: (tenant, path, item) => {
      const record = records.get(tenant);
      if (record === undefined) return null;
      const list = item === null ? null : path.reduce<unknown>(stepInto, record.value);
      const index = Array.isArray(list) ? list.indexOf(item) : -1;
      return record.position(index === -1 ? path : [...path, index]);
    },
  };
}

function stepInto(parent: unknown, step: string | number): unknown {
  return typeof parent === "object" && parent !== null ? (parent as Record<string, unknown>)[step] : undefined;
}
