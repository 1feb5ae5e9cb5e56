/**
 * What people collect acceld's figures with, run on a node of the cluster and asked what it has.
 */
@NullMarked
package dev.acceld.e2e.observe;

import org.jspecify.annotations.NullMarked;
