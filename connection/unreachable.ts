/** There is no cluster to ask, and why. */
export class ClusterUnreachable extends Error {
  /** What to do about it. */
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = "ClusterUnreachable";
    this.remedy = remedy;
  }
}
