import type { Role } from "./role.ts";

/**
 * Roles that a password never opens. Whoever makes, issues or uses certificates on screen signs in with the certificate key (5.4.2, 5.4.3); who
 * administers a department was activated by a certificate (5.8.3); who administers a management body gives roles and binds
 * certificates, and so could open all of these. What is left are the accounts by which the system is kept and watched (系统管理账号, 5.9.2).
 */
const WITH_CERTIFICATE: ReadonlySet<Role> = new Set<Role>([
  "maker",
  "signer",
  "user",
  "departmentAdministrator",
  "administrator",
]);

/**
 * Those of an account's roles for which a certificate key is needed. With one of them an account has no password at all: a person who does both
 * kinds of work has two accounts.
 */
export function rolesWithCertificate(roles: readonly Role[]): Role[] {
  return roles.filter((role) => WITH_CERTIFICATE.has(role));
}
