package org.paravane.core.specialization;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.paravane.core.specialization.Value.Known;
import org.paravane.core.specialization.Value.Local;

/** The code of a region while it is being written: pieces in order, which can be taken back before they become byte code. */
public final class RegionCode {
  private final List<Consumer<CodeBuilder>> pieces = new ArrayList<>();
  private final Constants constants;
  private final CodeBuilder builder;

  /** Nothing yet, of a method that {@code builder} builds. */
  public RegionCode(CodeBuilder builder, Constants constants) {
    this.builder = builder;
    this.constants = constants;
  }

  /** Adds a piece. */
  public void add(Consumer<CodeBuilder> piece) {
    pieces.add(piece);
  }

  /** A label of the method, to be bound by a piece. */
  public Label newLabel() {
    return builder.newLabel();
  }

  /** Adds all that is written to the method. */
  public void build() {
    pieces.forEach(piece -> piece.accept(builder));
  }

  /** How many pieces there are. */
  int size() {
    return pieces.size();
  }

  /** Takes all pieces back but so many. */
  void cut(int size) {
    pieces.subList(size, pieces.size()).clear();
  }

  /** Pushes a value; an object is seen as that type. */
  void push(CodeBuilder to, Value value, ClassDesc type) {
    switch (value) {
      case Local(int slot, TypeKind kind) -> to.loadLocal(kind, slot);
      case Known(Integer number) -> to.loadConstant(number);
      case Known(Long number) -> to.loadConstant(number);
      case Known(Float number) -> to.loadConstant(number);
      case Known(Double number) -> to.loadConstant(number);
      case Known(Object object) -> {
        if (object == null) {
          to.aconst_null();
        } else {
          constants.push(to, object, type);
        }
      }
    }
  }

  /** Pushes a number. */
  void push(CodeBuilder to, Value value) {
    push(to, value, java.lang.constant.ConstantDescs.CD_Object);
  }

  /** Adds a piece that leaves a value on the stack, and stores it into a new variable. */
  Local value(Path path, TypeKind kind, Consumer<CodeBuilder> piece) {
    Local local = path.newLocal(kind);
    add(to -> {
      piece.accept(to);
      to.storeLocal(local.kind(), local.slot());
    });
    return local;
  }
}
