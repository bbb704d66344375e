/** Adapters that put the catalogue of images and the installed platforms behind the harness's seams. */
package org.paravane.harness.adapter;
