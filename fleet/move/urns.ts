/** URNs of Pulumi: `urn:pulumi:<stack>::<project>::<types>::<name>`, the same resource in two stacks but for the stack's name. */

/** The URN that a resource of one stack has in another. A URN of some third stack stays as it is. */
export function inStack(urn: string, from: string, to: string): string {
  const before = `urn:pulumi:${from}::`;
  return urn.startsWith(before) ? `urn:pulumi:${to}::${urn.slice(before.length)}` : urn;
}

/** What a URN says without the stack: equal for a resource before and after it has moved. */
export function withoutStack(urn: string): string {
  return urn.slice(urn.indexOf("::") + 2);
}

/** URN of a resource of a stack, directly under its root. */
export function urnIn(stack: string, project: string, type: string, name: string): string {
  return `urn:pulumi:${stack}::${project}::${type}::${name}`;
}
