/**
 * Simulated hardware: machine descriptions, the file trees and driver libraries made from them, and
 * the faults that can be done to them. Nothing here knows of Kubernetes or of the agent.
 */
@NullMarked
package dev.acceld.machine;

import org.jspecify.annotations.NullMarked;
