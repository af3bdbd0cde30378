/**
 * The address of an API server as requests are put behind it: with its path, without a slash at the end. Throws where it is none, and
 * where it has credentials in it, without repeating it: messages and logs are read by others.
 */
export function serverAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["https:", "http:"].includes(url.protocol) || url.hostname === "") {
    throw new Error("the server of the cluster is not written like https://api.example:6443");
  }
  if (url.username !== "" || url.password !== "") {
    throw new Error(`the address of the server ${url.host} has credentials in it; they belong into the user's entry`);
  }
  if (url.search !== "" || url.hash !== "") {
    throw new Error(`the address of the server ${url.host} has a query or a fragment`);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}
