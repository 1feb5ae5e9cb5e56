/**
 * The claims of a node as the rest of the agent sees them: parallel calls of the kubelet, and the
 * periodic clean-up.
 */
@NullMarked
package dev.acceld.dra.claim.service;

import org.jspecify.annotations.NullMarked;
