/**
 * Simulated hardware: machine descriptions, the file trees and driver libraries created from them,
 * and fault injection. Independent of Kubernetes and the agent.
 */
@NullMarked
package dev.acceld.machine;

import org.jspecify.annotations.NullMarked;
