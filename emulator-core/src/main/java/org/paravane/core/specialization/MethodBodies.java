package org.paravane.core.specialization;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The byte code of methods of this program, read from its class files when it is asked for. */
final class MethodBodies {
  private final Map<Class<?>, Optional<ClassModel>> classes = new ConcurrentHashMap<>();
  private final Map<Method, Optional<MethodBody>> bodies = new ConcurrentHashMap<>();

  /** The code of a method, or empty if it has none, or exception handlers. */
  Optional<MethodBody> of(Method method) {
    return bodies.computeIfAbsent(method, this::read);
  }

  private Optional<MethodBody> read(Method method) {
    return classes
        .computeIfAbsent(method.getDeclaringClass(), MethodBodies::parse)
        .flatMap(model -> find(model, method));
  }

  private static Optional<MethodBody> find(ClassModel model, Method method) {
    String descriptor =
        java.lang.invoke.MethodType.methodType(method.getReturnType(), method.getParameterTypes())
            .descriptorString();
    for (MethodModel candidate : model.methods()) {
      if (candidate.methodName().equalsString(method.getName())
          && candidate.methodType().equalsString(descriptor)) {
        Optional<CodeModel> code = candidate.code();
        return code.filter(found -> found.exceptionHandlers().isEmpty()).map(MethodBody::new);
      }
    }
    return Optional.empty();
  }

  /** The class file of a class, or empty if it was made at run time: that of a lambda expression. */
  private static Optional<ClassModel> parse(Class<?> type) {
    String name = type.getName();
    try (InputStream in =
        type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
      return in == null ? Optional.empty() : Optional.of(ClassFile.of().parse(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
