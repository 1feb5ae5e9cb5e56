package dev.acceld.e2e.cli;

import dev.acceld.e2e.components.Controller;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a controller. */
final class ControllerName implements ITypeConverter<Controller> {
  @Override
  public Controller convert(String name) {
    return Arrays.stream(Controller.values())
        .filter(controller -> controller.id().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new TypeConversionException(
                Arrays.stream(Controller.values())
                    .map(Controller::id)
                    .collect(Collectors.joining(", ", "'" + name + "' is none of ", ""))));
  }
}
