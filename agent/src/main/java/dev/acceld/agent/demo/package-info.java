/**
 * The main job, played from start to end on make-believe hardware against the stand-in control
 * plane. It uses the agent as a cluster does, through sockets and HTTP only; nothing else may
 * depend on it.
 */
@NullMarked
package dev.acceld.agent.demo;

import org.jspecify.annotations.NullMarked;
