package org.paravane.core.checkpoint;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The states of all objects that can be reached from one. Objects keep their identities: going back writes fields, elements
 * and contents of collections as they were. A class of the JDK that is not known here makes taking fail, rather than leave
 * something out.
 */
final class ObjectStates {
  /** Classes without state of their own, or with none that a guest depends on; with all classes below them. */
  private static final List<Class<?>> CONSTANT =
      List.of(
          String.class,
          Number.class,
          Boolean.class,
          Character.class,
          Enum.class,
          Class.class,
          Thread.class,
          java.lang.foreign.MemorySegment.class,
          java.lang.invoke.MethodHandle.class,
          java.lang.invoke.VarHandle.class,
          java.time.temporal.TemporalAccessor.class,
          java.util.UUID.class,
          java.util.OptionalLong.class,
          java.util.OptionalInt.class,
          java.nio.charset.Charset.class,
          java.util.Comparator.class);

  private final Predicate<Class<?>> outside;
  private final Map<Class<?>, Field[]> fields = new HashMap<>();
  private final Map<Object, Boolean> seen = new IdentityHashMap<>();
  private final ArrayDeque<Object> queue = new ArrayDeque<>();
  private final List<Runnable> restorers = new ArrayList<>();

  private ObjectStates(Predicate<Class<?>> outside) {
    this.outside = outside;
  }

  /**
   * Takes the states.
   *
   * @param outside tells the classes whose objects are left alone, with what only they lead to
   * @throws UnsupportedOperationException if there is an object that can't be handled; the message names its class
   */
  static ObjectStates of(Object root, Predicate<Class<?>> outside) {
    ObjectStates states = new ObjectStates(outside);
    states.reach(root);
    while (!states.queue.isEmpty()) {
      states.take(states.queue.remove());
    }
    states.seen.clear();
    states.fields.clear();
    return states;
  }

  /** Makes every object what it was. */
  void restore() {
    restorers.forEach(Runnable::run);
  }

  private void reach(Object object) {
    if (object != null && !isConstant(object) && seen.put(object, Boolean.TRUE) == null) {
      queue.add(object);
    }
  }

  private boolean isConstant(Object object) {
    return outside.test(object.getClass())
        || CONSTANT.stream().anyMatch(type -> type.isInstance(object));
  }

  private void take(Object object) {
    Class<?> type = object.getClass();
    if (type.isArray()) {
      takeArray(object);
    } else if (!type.getName().startsWith("java.")) {
      takeFields(object);
    } else {
      takeLibraryObject(object);
    }
  }

  private void takeArray(Object array) {
    int length = Array.getLength(array);
    Object copy = Array.newInstance(array.getClass().getComponentType(), length);
    System.arraycopy(array, 0, copy, 0, length);
    restorers.add(() -> System.arraycopy(copy, 0, array, 0, length));
    if (array instanceof Object[] elements) {
      for (Object element : elements) {
        reach(element);
      }
    }
  }

  private void takeFields(Object object) {
    Field[] all = fields.computeIfAbsent(object.getClass(), ObjectStates::fieldsOf);
    Object[] values = new Object[all.length];
    boolean any = false;
    for (int i = 0; i < all.length; i++) {
      values[i] = get(all[i], object);
      any |= !Modifier.isFinal(all[i].getModifiers());
      if (!all[i].getType().isPrimitive()) {
        reach(values[i]);
      }
    }
    if (any) {
      restorers.add(() -> {
        for (int i = 0; i < all.length; i++) {
          if (!Modifier.isFinal(all[i].getModifiers())) {
            set(all[i], object, values[i]);
          }
        }
      });
    }
  }

  private static Field[] fieldsOf(Class<?> type) {
    List<Field> all = new ArrayList<>();
    // What a class of the JDK above ours holds, as an exception's message, is no guest's state.
    for (Class<?> at = type;
        at != null && !at.getName().startsWith("java.");
        at = at.getSuperclass()) {
      for (Field field : at.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          try {
            field.setAccessible(true);
          } catch (InaccessibleObjectException e) {
            throw unsupported(type);
          }
          all.add(field);
        }
      }
    }
    return all.toArray(Field[]::new);
  }

  private static Object get(Field field, Object object) {
    try {
      return field.get(object);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void set(Field field, Object object, Object value) {
    try {
      field.set(object, value);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private void takeLibraryObject(Object object) {
    boolean fixed = isFixed(object.getClass());
    switch (object) {
      case Optional<?> optional -> optional.ifPresent(this::reach);
      case BitSet bits -> {
        BitSet copy = (BitSet) bits.clone();
        restorers.add(() -> {
          bits.clear();
          bits.or(copy);
        });
      }
      case ByteBuffer buffer when buffer.hasArray() -> {
        reach(buffer.array());
        int position = buffer.position();
        int limit = buffer.limit();
        restorers.add(() -> buffer.limit(limit).position(position));
      }
      case StringBuilder text -> {
        String copy = text.toString();
        restorers.add(() -> text.replace(0, text.length(), copy));
      }
      case java.io.ByteArrayOutputStream bytes -> {
        byte[] copy = bytes.toByteArray();
        restorers.add(() -> {
          bytes.reset();
          bytes.writeBytes(copy);
        });
      }
      case Collection<?> collection -> {
        Object[] copy = collection.toArray();
        for (Object element : copy) {
          reach(element);
        }
        if (!fixed) {
          restorers.add(() -> {
            collection.clear();
            ((Collection<Object>) collection).addAll(Arrays.asList(copy));
          });
        }
      }
      case Map<?, ?> map -> {
        Object[] keys = map.keySet().toArray();
        Object[] values = map.values().toArray();
        for (int i = 0; i < keys.length; i++) {
          reach(keys[i]);
          reach(values[i]);
        }
        if (!fixed) {
          restorers.add(() -> {
            map.clear();
            for (int i = 0; i < keys.length; i++) {
              ((Map<Object, Object>) map).put(keys[i], values[i]);
            }
          });
        }
      }
      default -> throw unsupported(object.getClass());
    }
  }

  /** Tells whether a collection can't be changed, at least not by whoever has this reference. */
  private static boolean isFixed(Class<?> type) {
    return type.getName().startsWith("java.util.ImmutableCollections")
        || type.getName().startsWith("java.util.Collections$")
        || type.getName().startsWith("java.util.Arrays$");
  }

  private static UnsupportedOperationException unsupported(Class<?> type) {
    return new UnsupportedOperationException("no way to keep the state of a " + type.getName());
  }
}
