/**
 * Downloads and builds the components of a cluster once: a Debian tree, Kubernetes, controllers and
 * Helm from their Go modules, and images. Nothing here runs a cluster.
 */
@NullMarked
package dev.acceld.e2e.components;

import org.jspecify.annotations.NullMarked;
