//! The inputs and outputs of an ONNX file.

use std::ops::Range;

use crate::models::graph_fault::GraphFault;
use crate::models::graph_outline::{Axis, PortOutline};
use crate::models::protobuf::{Stop, Value};

use super::{MAX_AXES, Walk};

impl Walk {
    pub(super) fn port(&mut self, block: &Range<u64>) -> Result<PortOutline, Stop> {
        let mut port = PortOutline::default();
        while let Some((field, value)) = self.file.next(block.end)? {
            match (field, value) {
                (1, Value::Block(text)) => port.name = self.file.text(&text)?,
                (2, Value::Block(kind)) => self.port_kind(&kind, &mut port)?,
                (_, value) => self.pass(&value)?,
            }
        }
        self.count()?;
        Ok(port)
    }

    fn port_kind(&mut self, block: &Range<u64>, port: &mut PortOutline) -> Result<(), Stop> {
        while let Some((field, value)) = self.file.next(block.end)? {
            // Of the kinds of values only tensors have axes.
            let Value::Block(tensor) = value else {
                continue;
            };
            if field != 1 {
                self.file.skip_to(tensor.end)?;
                continue;
            }
            while let Some((field, value)) = self.file.next(tensor.end)? {
                match (field, value) {
                    (1, Value::Number(code)) => port.element = code,
                    (2, Value::Block(shape)) => self.port_axes(&shape, port)?,
                    (_, value) => self.pass(&value)?,
                }
            }
        }
        Ok(())
    }

    fn port_axes(&mut self, shape: &Range<u64>, port: &mut PortOutline) -> Result<(), Stop> {
        while let Some((field, value)) = self.file.next(shape.end)? {
            let (1, Value::Block(block)) = (field, &value) else {
                self.pass(&value)?;
                continue;
            };
            let mut axis = Axis::Free(String::new());
            while let Some((field, value)) = self.file.next(block.end)? {
                match (field, value) {
                    (1, Value::Number(length)) => axis = Axis::Fixed(length as i64),
                    (2, Value::Block(name)) => axis = Axis::Free(self.file.text(&name)?),
                    (_, value) => self.pass(&value)?,
                }
            }
            if port.axes.len() >= MAX_AXES {
                return Err(GraphFault::TooMuch { what: "axes" }.into());
            }
            port.axes.push(axis);
        }
        Ok(())
    }
}
