/**
 * The claims of a node as the rest of the agent sees them: calls of the kubelet side by side, and
 * the rounds of the clean-up.
 */
@NullMarked
package dev.acceld.dra.claim.service;

import org.jspecify.annotations.NullMarked;
