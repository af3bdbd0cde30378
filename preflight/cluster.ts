import type { ApiAnswer } from "../connection/client.ts";

/** The door to a cluster: what the preflight may ask, whoever answers. Tests answer by themselves. */

/** What came back. */
export type ClusterAnswer = ApiAnswer;

/** A question. Nothing is ever stored: writes are dry runs, and reviews store nothing by nature. */
export interface ClusterRequest {
  readonly method: "GET" | "POST";
  /** Path with its query. */
  readonly path: string;
  /** @default "application/json" */
  readonly accept?: string;
  readonly body?: unknown;
  /**
   * Who asks: the credentials of the kubeconfig, nobody at all, or an account that they act for. @default the credentials
   */
  readonly as?: "anonymous" | { readonly user: string; readonly groups: readonly string[] };
}

/** A cluster that can be asked. */
export interface Cluster {
  /** Address of the API server. */
  readonly server: string;
  /** Context of the kubeconfig. */
  readonly context: string;
  /** Whether the server has to show a certificate that the kubeconfig's authority has signed. */
  readonly isVerified: boolean;
  /** Never throws: no answer is an answer with status 0. */
  readonly ask: (request: ClusterRequest) => Promise<ClusterAnswer>;
  /** Lets go of kept connections. */
  readonly close: () => void;
}

/** The JSON of an answer; an empty object where it is none. */
export function jsonOf({ text }: ClusterAnswer): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** What the server says about a refusal, in one line that fits a table. */
export function wordsOf(answer: ClusterAnswer): string {
  const { message } = jsonOf(answer);
  const words = typeof message === "string" && message !== "" ? message : answer.text;
  const line = words.replace(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 200)}...` : line;
}

/** Objects of a list, of which the reader says what he reads; empty where the answer is none. */
export function itemsOf(answer: ClusterAnswer): readonly unknown[] {
  const { items } = jsonOf(answer);
  return Array.isArray(items) ? items : [];
}

/** Names of the objects of a list. */
export function namesOf(answer: ClusterAnswer): readonly string[] {
  const objects = itemsOf(answer) as readonly { readonly metadata?: { readonly name?: string } }[];
  return objects.map(({ metadata }) => metadata?.name ?? "");
}
