/**
 * Settings by flag, environment variable and YAML file under the same names, with errors that name
 * the key and the nearest known one. Nothing here starts anything.
 */
@NullMarked
package dev.acceld.agent.config;

import org.jspecify.annotations.NullMarked;
