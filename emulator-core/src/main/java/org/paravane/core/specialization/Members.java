package org.paravane.core.specialization;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The classes, fields and methods that byte code names. */
final class Members {
  /** A field, as the code that reads it names it. */
  record Member(Field reflected, ClassDesc owner) {
    String name() {
      return reflected.getName();
    }

    ClassDesc type() {
      return Variables.desc(reflected.getType());
    }

    boolean isFinal() {
      return Modifier.isFinal(reflected.getModifiers());
    }

    /** Tells whether code in any class may read and write it. */
    boolean isAccessible() {
      return Modifier.isPublic(reflected.getModifiers());
    }

    /** The value of a final field. */
    Object value(Object object) {
      try {
        reflected.setAccessible(true);
        Object value = reflected.get(object);
        return switch (value) {
          case Boolean truth -> truth ? 1 : 0;
          case Byte number -> (int) number;
          case Short number -> (int) number;
          case Character character -> (int) character;
          case null, default -> value;
        };
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private record FieldKey(ClassDesc owner, String name) {}

  private record MethodKey(Class<?> receiver, String name, MethodTypeDesc type) {}

  private final MethodHandles.Lookup lookup = MethodHandles.lookup();
  private final Map<ClassDesc, Class<?>> types = new ConcurrentHashMap<>();
  private final Map<FieldKey, Member> fields = new ConcurrentHashMap<>();
  private final Map<MethodKey, Method> methods = new ConcurrentHashMap<>();

  Class<?> type(ClassDesc type) {
    return types.computeIfAbsent(type, this::load);
  }

  private Class<?> load(ClassDesc type) {
    String name = type.descriptorString();
    try {
      return type.isArray() || type.isPrimitive()
          ? type.resolveConstantDesc(lookup)
          : Class.forName(
              name.substring(1, name.length() - 1).replace('/', '.'),
              false,
              Members.class.getClassLoader());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  Member field(ClassDesc owner, String name) {
    return fields.computeIfAbsent(new FieldKey(owner, name), this::find);
  }

  private Member find(FieldKey key) {
    for (Class<?> type = type(key.owner); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (field.getName().equals(key.name)) {
          return new Member(field, key.owner);
        }
      }
    }
    throw new IllegalStateException("there is no field " + key);
  }

  /** The method that a call of that name finds in objects of a class. */
  Method method(Class<?> receiver, String name, MethodTypeDesc type) {
    return methods.computeIfAbsent(new MethodKey(receiver, name, type), this::find);
  }

  private Method find(MethodKey key) {
    Class<?>[] parameters =
        key.type.parameterList().stream().map(this::type).toArray(Class<?>[]::new);
    Method found = find(key.receiver, key.name, parameters);
    if (found == null) {
      throw new IllegalStateException("there is no method " + key);
    }
    return found;
  }

  private static Method find(Class<?> receiver, String name, Class<?>[] parameters) {
    for (Class<?> type = receiver; type != null; type = type.getSuperclass()) {
      Method own = declared(type, name, parameters);
      if (own != null) {
        return own;
      }
    }
    for (Class<?> type = receiver; type != null; type = type.getSuperclass()) {
      for (Class<?> implemented : type.getInterfaces()) {
        Method inherited = inherited(implemented, name, parameters);
        if (inherited != null) {
          return inherited;
        }
      }
    }
    return null;
  }

  private static Method inherited(Class<?> type, String name, Class<?>[] parameters) {
    Method own = declared(type, name, parameters);
    if (own != null) {
      return own;
    }
    for (Class<?> wider : type.getInterfaces()) {
      Method found = inherited(wider, name, parameters);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static Method declared(Class<?> type, String name, Class<?>[] parameters) {
    for (Method method : type.getDeclaredMethods()) {
      if (method.getName().equals(name)
          && !Modifier.isAbstract(method.getModifiers())
          && !method.isBridge()
          && java.util.Arrays.equals(method.getParameterTypes(), parameters)) {
        return method;
      }
    }
    return null;
  }
}
