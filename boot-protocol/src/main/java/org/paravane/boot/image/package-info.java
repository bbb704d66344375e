/**
 * Kernel images: what a file is, found out from its contents, and which boot protocols it offers. Nothing here touches
 * guest memory; placing an image is the protocols' work.
 */
package org.paravane.boot.image;
