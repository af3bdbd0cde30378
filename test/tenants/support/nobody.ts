/**
 * Runs something as a user whom the mode of a file binds. Root reads everything, so as root this takes the identity of a user without
 * rights for the time of one synchronous call.
 */
export function asNobody<T>(use: () => T): T {
  if (process.geteuid?.() !== 0) return use();
  const become = (user: number): void => {
    if (process.seteuid === undefined) throw new Error("this test needs a process that may change its user");
    process.seteuid(user);
  };
  become(65534);
  try {
    return use();
  } finally {
    become(0);
  }
}
