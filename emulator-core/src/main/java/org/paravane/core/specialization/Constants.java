package org.paravane.core.specialization;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;

/** The objects that a generated class refers to: static final fields, which the JIT compiler takes as they are. */
public final class Constants {
  private record Constant(Object object, ClassDesc type) {}

  private final ClassDesc owner;
  private final List<Constant> constants = new ArrayList<>();

  /** None yet, for the class of that name. */
  public Constants(ClassDesc owner) {
    this.owner = owner;
  }

  /** Adds a push of an object, seen as that type. */
  public void push(CodeBuilder code, Object object, ClassDesc type) {
    code.getstatic(owner, name(index(object, type)), type);
  }

  private int index(Object object, ClassDesc type) {
    for (int i = 0; i < constants.size(); i++) {
      Constant constant = constants.get(i);
      if (constant.object == object && constant.type.equals(type)) {
        return i;
      }
    }
    constants.add(new Constant(object, type));
    return constants.size() - 1;
  }

  private static String name(int index) {
    return "c" + index;
  }

  /** Declares the fields; to be called when all code is written. */
  public void declare(ClassBuilder builder) {
    for (int i = 0; i < constants.size(); i++) {
      builder.withField(name(i), constants.get(i).type, ClassFile.ACC_STATIC | ClassFile.ACC_FINAL);
    }
  }

  /** Adds the code that fills the fields, from an array of the objects in local variable 0. */
  public void initialize(CodeBuilder code) {
    for (int i = 0; i < constants.size(); i++) {
      ClassDesc type = constants.get(i).type;
      code.aload(0).loadConstant(i).aaload().checkcast(type).putstatic(owner, name(i), type);
    }
  }

  /** The objects themselves. */
  public Object[] objects() {
    return constants.stream().map(Constant::object).toArray();
  }
}
