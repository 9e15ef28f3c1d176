/**
 * A host as it stands in a URL, or before a port.
 * @module
 */

/** An IPv6 address in brackets; anything else as it is. @param host - name or IP address, without brackets */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
