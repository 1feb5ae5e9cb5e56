package dev.acceld.dra.kubelet;

import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;

/** Offers a service under a second name: an older version of an API with the same messages. */
final class ServiceAlias {
  private ServiceAlias() {}

  static ServerServiceDefinition of(String name, ServerServiceDefinition service) {
    ServerServiceDefinition.Builder alias = ServerServiceDefinition.builder(name);
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      add(alias, name, method);
    }
    return alias.build();
  }

  /** The same method under the alias, for a client. */
  static <Q, R> MethodDescriptor<Q, R> method(String service, MethodDescriptor<Q, R> method) {
    String bareName = method.getFullMethodName();
    bareName = bareName.substring(bareName.lastIndexOf('/') + 1);
    return method.toBuilder()
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, bareName))
        .setSchemaDescriptor(null)
        .build();
  }

  private static <Q, R> void add(
      ServerServiceDefinition.Builder alias, String name, ServerMethodDefinition<Q, R> method) {
    alias.addMethod(method(name, method.getMethodDescriptor()), method.getServerCallHandler());
  }
}
