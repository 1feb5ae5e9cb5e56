/**
 * The vocabulary that every other package shares: what a device is, what was measured on it, how it
 * is doing. Immutable values only; no file, socket or library is touched from here, and nothing
 * here knows a vendor library or Kubernetes.
 */
@NullMarked
package dev.acceld.device;

import org.jspecify.annotations.NullMarked;
