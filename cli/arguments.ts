import { InvalidArgumentError } from "commander";

/** A whole number from 1 to 999, for options of commander. */
export function positive(text: string): number {
  if (/^[1-9][0-9]{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1 to 999.");
}
