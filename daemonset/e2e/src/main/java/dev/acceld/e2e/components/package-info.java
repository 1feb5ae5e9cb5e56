/**
 * Gets what a cluster is made of onto this machine, once: a Debian tree, Kubernetes and helm from
 * their Go modules, images by hand. Nothing here runs a cluster.
 */
@NullMarked
package dev.acceld.e2e.components;

import org.jspecify.annotations.NullMarked;
