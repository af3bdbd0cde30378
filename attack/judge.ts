import type { Attempt, Plane, Reason } from "./attempt.ts";
import { type Answer, textOf } from "./client.ts";

/** How one attempt ended. */
export interface Result {
  readonly id: string;
  readonly plane: Plane;
  readonly title: string;
  readonly source: string;
  readonly actor: string;
  /** Kind and name of the owner who sent it; `null` for other actors. */
  readonly subject: string | null;
  readonly attacker: string;
  readonly target: string;
  readonly outcome: "denied" | "allowed";
  /** The server's words when it refused; `accepted` when it did not. */
  readonly reason: string;
  /** What had to refuse. */
  readonly expected: string;
  /** Whether that is what refused. Always true for an attempt that was allowed: it is reported as that. */
  readonly asExpected: boolean;
  readonly twin: "accepted" | "refused";
  /** The server's words about the twin; `accepted` when it accepted. */
  readonly twinReason: string;
}

/** What refused, in a few words. */
export function describeReason(reason: Reason): string {
  switch (reason.kind) {
    case "rbac":
      return "RBAC";
    case "escalation":
      return "RBAC escalation check";
    case "guardrail":
      return `guardrail tenantry-${reason.name}`;
    case "pod-security":
      return `Pod Security (${reason.field})`;
    case "quota":
      return `quota ${reason.name}`;
    case "limit-range":
      return "LimitRange";
    case "unauthenticated":
      return "authentication";
    default:
      return reason satisfies never;
  }
}

/** Whether a refusal is the one that was expected. */
export function isExpected(reason: Reason, { status, message }: Answer): boolean {
  switch (reason.kind) {
    case "rbac":
      return status === 403 && /is forbidden: User ".*" cannot /.test(message);
    case "escalation":
      return status === 403 && message.includes("is attempting to grant RBAC permissions not currently held");
    case "guardrail":
      return status === 403 && message.includes(`denied request: tenantry-${reason.name}: `);
    case "pod-security":
      return status === 403 && message.includes("violates PodSecurity") && message.includes(reason.field);
    case "quota":
      return status === 403 && message.includes(`exceeded quota: ${reason.name}`);
    case "limit-range":
      return status === 403 && /(minimum|maximum) .* usage per /.test(message);
    case "unauthenticated":
      // Where anonymous requests are let in at all, RBAC refuses them.
      return status === 401 || (status === 403 && message.includes('User "system:anonymous" cannot '));
    default:
      return reason satisfies never;
  }
}

/** Whether the server let a request through. */
export function isAccepted({ status }: Answer): boolean {
  return status > 0 && status < 300;
}

/** Reasons by which the API server itself says no. */
const refusals: ReadonlySet<string> = new Set([
  "Forbidden",
  "Unauthorized",
  "NotFound",
  "MethodNotAllowed",
  "Invalid",
  "TooManyRequests",
]);

/** Whether a twin did what it has to. */
export function isTwinAccepted(accepts: Attempt["twinAccepts"], answer: Answer): boolean {
  if (accepts === "success") return isAccepted(answer);
  // What lies behind the API server may answer anything but the API server's own refusals.
  const { kind, reason } = answer.body;
  return answer.status > 0 && !(kind === "Status" && refusals.has(textOf(reason)));
}

/** Who tried, and on whom. */
export type Between = Pick<Result, "attacker" | "target" | "subject">;

/** Weighs the two answers. */
export function judge(attempt: Attempt, between: Between, answer: Answer, twin: Answer): Result {
  // Connections that RBAC let through end in the node's answer; that is a success of the attack all the same.
  const allowed =
    isAccepted(answer) ||
    answer.status === 101 ||
    (attempt.twinAccepts === "reached" && isTwinAccepted("reached", answer));
  const twinAccepted = isTwinAccepted(attempt.twinAccepts, twin);
  return {
    id: attempt.id,
    plane: attempt.plane,
    title: attempt.title,
    source: attempt.source,
    actor: attempt.request.actor,
    ...between,
    outcome: allowed ? "allowed" : "denied",
    reason: isAccepted(answer) ? "accepted" : words(answer),
    expected: describeReason(attempt.expected),
    asExpected: allowed || isExpected(attempt.expected, answer),
    twin: twinAccepted ? "accepted" : "refused",
    twinReason: twinAccepted ? "accepted" : words(twin),
  };
}

function words({ status, message }: Answer): string {
  return `${status}: ${message}`;
}
