#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| verify_fuzz::markdown(data));
